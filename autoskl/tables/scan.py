"""Finds missing, infinite, empty and constant columns of numeric arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.tables.precision import is_infinite, is_usable

BLOCK_CELLS = 1 << 18
"""Number of cells that are processed at a time, to keep them in the cache."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnFacts:
    """Arrays of shape (n_columns,), with one entry per column.

    Attributes
    ----------
    missing : ndarray of bool
        Whether any value is not finite.
    infinite : ndarray of bool
        Whether any value is infinite.
    empty : ndarray of bool
        Whether no value is finite.
    constant : ndarray of bool
        Whether all values are finite and equal.
    """

    missing: Mask
    infinite: Mask
    empty: Mask
    constant: Mask


_NO = np.zeros(1, dtype=bool)
UNREAD_COLUMN = ColumnFacts(_NO, _NO, _NO, _NO)
"""Facts of one column that is not read."""


def row_blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Yield slices of the rows of an array, of about `BLOCK_CELLS` cells each."""
    step = max(1, BLOCK_CELLS // max(1, shape[1]))
    for start in range(0, shape[0], step):
        yield slice(start, start + step)


def iter_contiguous_columns(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the columns of an array as contiguous arrays, transposing a block at a time."""
    step = max(1, BLOCK_CELLS // max(1, len(array)))
    for start in range(0, array.shape[1], step):
        yield from np.ascontiguousarray(array[:, start : start + step].T)


def scan(array: NDArray[Any]) -> ColumnFacts:
    """Return the facts of an array of numbers or booleans of shape (n_rows, n_columns)."""
    n_columns = array.shape[1]
    low, high = np.full(n_columns, np.inf), np.full(n_columns, -np.inf)
    missing, infinite = np.zeros(n_columns, dtype=bool), np.zeros(n_columns, dtype=bool)
    for rows in row_blocks(array.shape):
        block = array[rows]
        bottom, top = block.min(axis=0), block.max(axis=0)
        # NaN and infinity show in the extremes, so clean blocks are read only twice.
        odd = np.flatnonzero(~(is_usable(bottom) & is_usable(top)))
        if odd.size:
            part = block[:, odd]
            finite = is_usable(part)
            missing[odd] |= ~finite.all(axis=0)
            infinite[odd] |= is_infinite(part).any(axis=0)
            bottom[odd] = part.min(axis=0, where=finite, initial=np.inf)
            top[odd] = part.max(axis=0, where=finite, initial=-np.inf)
        np.minimum(low, bottom, out=low)
        np.maximum(high, top, out=high)
    return ColumnFacts(missing, infinite, low > high, (low == high) & ~missing)


def scan_sparse(matrix: sparse.csr_array) -> ColumnFacts:
    """Return the facts of a sparse array, whose unstored entries are 0."""
    n_rows, n_columns = matrix.shape
    columns, data = matrix.indices, matrix.data
    finite = is_usable(data)
    implicit = np.bincount(columns, minlength=n_columns) < n_rows
    low, high = np.where(implicit, 0.0, np.inf), np.where(implicit, 0.0, -np.inf)
    np.minimum.at(low, columns[finite], data[finite])
    np.maximum.at(high, columns[finite], data[finite])
    missing, infinite = np.zeros(n_columns, dtype=bool), np.zeros(n_columns, dtype=bool)
    missing[columns[~finite]] = True
    infinite[columns[is_infinite(data)]] = True
    return ColumnFacts(missing, infinite, low > high, (low == high) & ~missing)


def concatenate_facts(parts: Sequence[ColumnFacts]) -> ColumnFacts:
    """Return the facts of horizontally stacked arrays."""
    return ColumnFacts(
        np.concatenate([part.missing for part in parts]),
        np.concatenate([part.infinite for part in parts]),
        np.concatenate([part.empty for part in parts]),
        np.concatenate([part.constant for part in parts]),
    )
