"""Crosses of two categorical columns as new categories."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.category_codes import codes_from_one

_BINS = 8
"""Number of quantile bins of a regression target."""

Codes = NDArray[np.int64]


class CategoryCrossesTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Cross the pairs of columns that say most about the target beyond either column.

    Pairs are compared by the gain in the likelihood-ratio statistic, corrected for chance.
    Combinations that are unseen or too rare become missing values.

    Parameters
    ----------
    n_crosses : int, default=4
        Number of pairs to cross, if there are as many.
    categorical : tuple of int, default=()
        Columns that hold category codes.
    min_count : int, default=5
        Minimum number of rows of a combination.
    max_levels : int, default=200
        Maximum number of combinations per pair; the most frequent ones are kept.
    max_base : int, default=16
        Maximum number of columns that are paired; the most informative ones are.
    classification : bool, default=True
    """

    def __init__(
        self,
        n_crosses: int = 4,
        categorical: tuple[int, ...] = (),
        min_count: int = 5,
        max_levels: int = 200,
        max_base: int = 16,
        *,
        classification: bool = True,
    ) -> None:
        self.n_crosses = n_crosses
        self.categorical = categorical
        self.min_count = min_count
        self.max_levels = max_levels
        self.max_base = max_base
        self.classification = classification

    def fit(self, X: Any, y: Any) -> Self:
        """Choose the pairs and number their combinations."""
        labels = _encode_target(np.asarray(y), classification=self.classification)
        codes = {i: _compact(codes_from_one(X[:, i])) for i in self.categorical}
        alone = {i: _information(column, labels) for i, column in codes.items()}
        base = sorted(codes, key=lambda i: -alone[i])[: self.max_base]
        gains = {
            (i, j): _information(_compact(_join(codes[i], codes[j])), labels)
            - max(alone[i], alone[j])
            for i, j in combinations(sorted(base), 2)
        }
        self.pairs_ = sorted(gains, key=lambda pair: -gains[pair])[: self.n_crosses]
        self.known_ = [self._frequent(_pair(X, pair)) for pair in self.pairs_]
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the codes of the combinations, NaN if missing: (n_rows, n_crosses)."""
        check_is_fitted(self)
        crosses = [
            _position(_pair(X, pair), known)
            for pair, known in zip(self.pairs_, self.known_, strict=True)
        ]
        return (
            np.column_stack(crosses).astype(X.dtype) if crosses else np.empty((len(X), 0), X.dtype)
        )

    def _frequent(self, joined: Codes) -> Codes:
        """Return the combinations that get a code, in ascending order."""
        values, counts = np.unique(joined, return_counts=True)
        often = np.flatnonzero(counts >= min(self.min_count, counts.max()))
        leading = often[np.argsort(-counts[often], kind="stable")][: self.max_levels]
        return np.sort(values[leading])


def _pair(X: Any, pair: tuple[int, int]) -> Codes:
    return _join(codes_from_one(X[:, pair[0]]), codes_from_one(X[:, pair[1]]))


def _join(first: Codes, second: Codes) -> Codes:
    """Return one integer per pair of codes, which are below 2**31."""
    return (first << 31) | second


def _compact(codes: Codes) -> Codes:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


def _position(joined: Codes, known: Codes) -> NDArray[np.float64]:
    positions = np.minimum(np.searchsorted(known, joined), len(known) - 1)
    return np.where(known[positions] == joined, positions, np.nan)


def _encode_target(y: NDArray[Any], *, classification: bool) -> Codes:
    if not classification:
        y = np.searchsorted(np.quantile(y, np.arange(1, _BINS) / _BINS), y)
    return _compact(y)


def _information(codes: Codes, labels: Codes) -> float:
    """Return the likelihood-ratio statistic of independence minus its expectation by chance."""
    n_labels = int(labels.max()) + 1
    table = np.bincount(codes * n_labels + labels, minlength=(int(codes.max()) + 1) * n_labels)
    counts = table.reshape(-1, n_labels).astype(np.float64)
    rows, columns = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    expected = rows * columns / counts.sum()
    occurs = counts > 0
    statistic = 2 * np.sum(counts[occurs] * np.log(counts[occurs] / expected[occurs]))
    return float(statistic) - (len(counts) - 1) * (n_labels - 1)
