"""A key that tells a store that it has seen a table before, and nobody what is in it."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import TextTable

Hashes = NDArray[np.uint64]
"""Whole numbers that begin anew at 2 to the power of 64, so that no order of a sum is special."""

_BLOCK = 2**16
"""Entries that are looked at a time: a table is never copied as a whole."""

_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def fingerprint(dataset: Dataset, salt: str) -> str:
    """Return a keyed hash of the table's shape and rows, whatever the order of the rows.

    Each row has a hash of its numbers, texts and target; those of all rows are added up. Numbers
    count as in double precision.

    Parameters
    ----------
    dataset : Dataset
    salt : str
        Of the store, so that keys of different stores cannot be compared.

    References
    ----------
    G. Steele, D. Lea, C. Flood. "Fast splittable pseudorandom number generators". OOPSLA 2014.
    """
    X: Any = dataset.numbers
    n_rows = dataset.n_rows
    n_texts = 0 if dataset.texts is None else len(dataset.texts.columns)
    factors = _mixed(np.arange(1, X.shape[1] + n_texts + 2, dtype=np.uint64)) | np.uint64(1)
    width = X.nnz / max(n_rows, 1) if sparse.issparse(X) else X.shape[1]
    n_at_once = max(1, int(_BLOCK / max(width, 1)))
    total = 0
    for start in range(0, n_rows, n_at_once):
        rows = slice(start, start + n_at_once)
        hashes = _of_numbers(X[rows], factors) + _bits(dataset.y[rows]) * factors[-1]
        if dataset.texts is not None:
            hashes += _of_texts(dataset.texts, rows, factors[X.shape[1] :])
        total += int(_mixed(hashes).sum(dtype=np.uint64))
    size = (n_rows, dataset.n_columns, dataset.n_classes, str(dataset.task))
    content = "|".join([*map(str, size), f"{total % 2**64:016x}"])
    return hmac.new(salt.encode(), content.encode(), hashlib.sha256).hexdigest()


def _of_numbers(X: Any, factors: Hashes) -> Hashes:
    """Return a hash for each row; zeros add nothing, so that they need not be there."""
    if not sparse.issparse(X):
        hashes: Hashes = _bits(X) @ factors[: X.shape[1]]
        return hashes
    sums = np.zeros(X.nnz + 1, np.uint64)
    np.cumsum(_bits(X.data) * factors[X.indices], out=sums[1:])
    found: Hashes = sums[X.indptr[1:]] - sums[X.indptr[:-1]]
    return found


def _of_texts(texts: TextTable, rows: slice, factors: Hashes) -> Hashes:
    chosen = texts.rows[rows]
    hashes = np.zeros(len(chosen), np.uint64)
    for column, factor in zip(texts.columns, factors, strict=False):
        data = column.data.data
        starts, ends = column.bounds[chosen].tolist(), column.bounds[chosen + 1].tolist()
        sums = [zlib.crc32(data[a:b]) for a, b in zip(starts, ends, strict=True)]
        hashes += np.array(sums, np.uint64) * factor
    return hashes


def _bits(values: NDArray[Any]) -> Hashes:
    """Return whole numbers that are equal where numbers are, 0 for 0, with their low bits used."""
    doubles = values.astype(np.float64)
    doubles += 0.0  # there are a positive and a negative 0
    doubles[np.isnan(doubles)] = np.nan  # and many kinds of missing
    bits = doubles.view(np.uint64)
    folded: Hashes = bits ^ (bits >> np.uint64(32))
    return folded


def _mixed(bits: Hashes) -> Hashes:
    """Return numbers that look random, the same for the same ones."""
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))
