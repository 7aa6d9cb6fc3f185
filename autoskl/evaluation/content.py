"""Rows told apart by what they hold, not by where they stand.

Folds and subsets are drawn by content, so that shuffling the table changes nothing, and a row with
weight 2 is treated like the same row twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.dataset import Dataset
from autoskl.tables.scan import each_column
from autoskl.tables.text_table import TextTable

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finaliser of SplitMix64: every input bit moves every output bit."""
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_A
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_B
    return bits ^ (bits >> np.uint64(31))


def _bits(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Bits of numbers, with one zero and one NaN."""
    numbers = values.astype(np.float64) + 0.0
    numbers[np.isnan(numbers)] = np.nan
    return numbers.view(np.uint64)


def row_keys(dataset: Dataset) -> NDArray[np.uint64]:
    """Return a 64-bit key for each row of (X, y); equal rows have equal keys.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    ndarray of uint64 of shape (n_rows,)
    """
    keys = _mix(_bits(dataset.y) + _GOLDEN)
    if dataset.is_sparse:
        return _mix(keys + _sparse_keys(dataset))
    if dataset.texts is not None:
        keys = _mix(keys + _text_keys(dataset.texts))
    for column in each_column(dataset.numbers):
        keys = _mix(keys + _bits(column) + _GOLDEN)
    return keys


def _sparse_keys(dataset: Dataset) -> NDArray[np.uint64]:
    """Key of each sparse row: a sum over its entries, so that their order does not matter."""
    matrix: Any = dataset.numbers
    columns = matrix.indices.astype(np.uint64) + np.uint64(1)
    entries = np.where(matrix.data == 0, np.uint64(0), _mix(_bits(matrix.data) + columns * _GOLDEN))
    sums = np.concatenate(([np.uint64(0)], np.cumsum(entries, dtype=np.uint64)))
    result: NDArray[np.uint64] = sums[matrix.indptr[1:]] - sums[matrix.indptr[:-1]]
    return result


def _text_keys(texts: TextTable) -> NDArray[np.uint64]:
    from pandas.util import hash_array

    keys = np.zeros(texts.shape[0], dtype=np.uint64)
    for column in texts.columns:
        values = np.array(column.decode(texts.rows), dtype=object)
        keys = _mix(keys + hash_array(values, categorize=False) + _GOLDEN)
    return keys


def shuffled(keys: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Return keys in which another random order is hidden for each seed."""
    return _mix(keys ^ _mix(np.array([seed], dtype=np.uint64) + _GOLDEN))


def has_continuous_column(dataset: Dataset) -> bool:
    """Whether some column holds fractions, or text.

    Equal rows are copies where one does, and coincidence in a table of few levels.
    """
    if dataset.texts is not None:
        return True
    if dataset.is_sparse:
        data = dataset.numbers.data
        return bool(np.any(data != np.floor(data)))
    dense: Any = dataset.numbers
    for j in range(dense.shape[1]):
        column = dense[:, j]
        with np.errstate(invalid="ignore"):
            if np.any(column != np.floor(column), where=~np.isnan(column)):
                return True
    return False
