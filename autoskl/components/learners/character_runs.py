"""Counts of runs of characters inside of words, many texts at a time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

_BITS = 20
"""Runs are told apart by so many bits of a hash, of which few thousand are in use."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SPACE = ord(" ")
_CHARACTERS_AT_ONCE = 1_000_000


class CharacterRuns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Count the runs of characters of several lengths, a space at both ends of a word included.

    The arithmetic is that of whole arrays, which takes a tenth of the time of counting strings.
    Large letters count like small ones, accents do not count.

    Parameters
    ----------
    sizes : (int, int), default=(2, 4)
        Least and greatest length.
    min_df : int, default=2
        In how many texts a run must occur.
    max_features : int, default=20000
        Runs that are counted, the most frequent ones.

    Attributes
    ----------
    buckets_ : ndarray of int
        Hashes of the runs that are counted, in the order of the columns.

    References
    ----------
    K. Weinberger et al. "Feature hashing for large scale multitask learning". ICML, 2009.
    """

    def __init__(
        self, sizes: tuple[int, int] = (2, 4), min_df: int = 2, max_features: int = 20_000
    ) -> None:
        self.sizes = sizes
        self.min_df = min_df
        self.max_features = max_features

    def fit(self, X: Sequence[str], y: Any = None) -> Self:
        """Choose the runs.

        Parameters
        ----------
        X : sequence of str
        y : ignored

        Raises
        ------
        ValueError
            When no run occurs in ``min_df`` texts.
        """
        counts = self._counted(X, None)
        often = np.flatnonzero(
            np.bincount(counts.indices, minlength=counts.shape[1]) >= self.min_df
        )
        total = counts.sum(axis=0)[often]
        self.buckets_ = np.sort(often[np.argsort(-total, kind="stable")[: self.max_features]])
        if not len(self.buckets_):
            raise ValueError(f"No run of characters occurs in {self.min_df} texts.")
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_array:
        """Return the counts, of shape (n_texts, n_runs)."""
        column_of = np.full(1 << _BITS, -1, dtype=np.int32)
        column_of[self.buckets_] = np.arange(len(self.buckets_))
        return self._counted(X, column_of)

    def _counted(self, X: Sequence[str], column_of: NDArray[np.int32] | None) -> sparse.csr_array:
        """Count in columns, or in one column for each hash."""
        n_columns = 1 << _BITS if column_of is None else len(self.buckets_)
        parts = [sparse.csr_array((0, n_columns))]
        for texts in _blocks(X):
            rows, buckets = self._runs(texts)
            if column_of is not None:
                columns = column_of[buckets]
                rows, buckets = rows[columns >= 0], columns[columns >= 0]
            ones = np.ones(len(rows))
            shape = (len(texts), n_columns)
            parts.append(sparse.coo_array((ones, (rows, buckets)), shape=shape).tocsr())
        return sparse.vstack(parts, format="csr")

    def _runs(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the text and the hash of each run of each length."""
        plain = [_plain(text) for text in texts]
        rows = np.repeat(np.arange(len(plain), dtype=np.int32), [len(text) for text in plain])
        encoded = "".join(plain).encode("utf-32-le", errors="replace")
        codes = np.frombuffer(encoded, dtype=np.uint32)
        spaces = codes == _SPACE
        least, most = self.sizes
        runs = codes.astype(np.uint64)
        inner = np.ones(len(codes), dtype=bool)
        """Whether a run that starts here has no space but at its ends."""
        found_rows, found = [rows[:0]], [rows[:0]]
        for size in range(2, most + 1):
            n = max(len(codes) - size + 1, 0)
            runs = runs[:n] * np.uint64(0x110000) + codes[size - 1 :][:n]
            inner = inner[:n] if size == 2 else inner[:n] & ~spaces[size - 2 :][:n]
            if size < least:
                continue
            kept = inner & ~(spaces[:n] & spaces[size - 1 :][:n] & (size == 2))
            hashes = (runs[kept] * np.uint64(2) + np.uint64(size)) * _SPREAD
            found.append((hashes >> np.uint64(64 - _BITS)).astype(np.int32))
            found_rows.append(rows[:n][kept])
        return np.concatenate(found_rows), np.concatenate(found)


def _plain(text: str) -> str:
    """Return the words of a text in small letters without accents, a space around each."""
    words = " ".join(text.lower().split())
    if not words:
        return ""
    if not words.isascii():
        split = unicodedata.normalize("NFKD", words)
        words = "".join(letter for letter in split if not unicodedata.combining(letter))
    return f" {words} "


def _blocks(X: Sequence[str]) -> Iterator[Sequence[str]]:
    start = characters = 0
    for place, text in enumerate(X):
        characters += len(text)
        if characters >= _CHARACTERS_AT_ONCE:
            yield X[start : place + 1]
            start, characters = place + 1, 0
    if start < len(X):
        yield X[start:]
