"""What has to be known of columns of numbers before they are encoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.tables.precision import is_infinite, is_usable

BLOCK_CELLS = 1 << 18

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """One entry for each column, arrays of shape (n_columns,).

    Attributes
    ----------
    missing : ndarray of bool
        Some row has no finite value.
    infinite : ndarray of bool
        Some row has an infinite value.
    empty : ndarray of bool
        No row has a finite value.
    constant : ndarray of bool
        All rows have the same finite value.
    """

    missing: Mask
    infinite: Mask
    empty: Mask
    constant: Mask


_NO = np.zeros(1, dtype=bool)
NOTHING_KNOWN = Facts(_NO, _NO, _NO, _NO)
"""Of one column that is not read."""


def row_blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Cut the rows of an array into blocks of about `BLOCK_CELLS` cells."""
    step = max(1, BLOCK_CELLS // max(1, shape[1]))
    for start in range(0, shape[0], step):
        yield slice(start, start + step)


def each_column(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the columns of an array, each in one piece: some at a time are turned at once."""
    step = max(1, BLOCK_CELLS // max(1, len(array)))
    for start in range(0, array.shape[1], step):
        yield from np.ascontiguousarray(array[:, start : start + step].T)


def scan(array: NDArray[Any]) -> Facts:
    """Return the facts of an array of numbers or truth values of shape (n_rows, n_columns)."""
    n_columns = array.shape[1]
    low, high = np.full(n_columns, np.inf), np.full(n_columns, -np.inf)
    missing, infinite = np.zeros(n_columns, dtype=bool), np.zeros(n_columns, dtype=bool)
    for rows in row_blocks(array.shape):
        block = array[rows]
        bottom, top = block.min(axis=0), block.max(axis=0)
        # NaN and infinities show in the extremes, so that clean blocks are read only twice.
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
    return Facts(missing, infinite, low > high, (low == high) & ~missing)


def scan_sparse(matrix: sparse.csr_array) -> Facts:
    """Return the facts of a sparse array; what is not stored is 0."""
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
    return Facts(missing, infinite, low > high, (low == high) & ~missing)


def join(parts: Sequence[Facts]) -> Facts:
    """Return the facts of several arrays side by side."""
    return Facts(
        np.concatenate([part.missing for part in parts]),
        np.concatenate([part.infinite for part in parts]),
        np.concatenate([part.empty for part in parts]),
        np.concatenate([part.constant for part in parts]),
    )
