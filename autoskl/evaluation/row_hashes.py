"""Hashes of rows by their content, whatever their position.

Folds and subsets are drawn by content, so that shuffling the table changes nothing and a row with
weight 2 is treated like two equal rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.hashing import GOLDEN_GAMMA, Hashes, float_bits, mix
from autoskl.tables.dataset import Dataset
from autoskl.tables.scan import iter_contiguous_columns
from autoskl.tables.text_table import TextTable


def hash_rows(dataset: Dataset) -> Hashes:
    """Return a 64-bit key for each row of (X, y); equal rows have equal keys.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    ndarray of uint64 of shape (n_rows,)
    """
    keys = mix(float_bits(dataset.y) + GOLDEN_GAMMA)
    if dataset.is_sparse:
        return mix(keys + _sparse_keys(dataset))
    if dataset.texts is not None:
        keys = mix(keys + _text_keys(dataset.texts))
    for column in iter_contiguous_columns(dataset.numbers):
        keys = mix(keys + float_bits(column) + GOLDEN_GAMMA)
    return keys


def _sparse_keys(dataset: Dataset) -> Hashes:
    """Key of each sparse row: the sum over its entries, whose order does not matter."""
    matrix: Any = dataset.numbers
    columns = matrix.indices.astype(np.uint64) + np.uint64(1)
    hashes = mix(float_bits(matrix.data) + columns * GOLDEN_GAMMA)
    entries = np.where(matrix.data == 0, np.uint64(0), hashes)
    sums = np.concatenate(([np.uint64(0)], np.cumsum(entries, dtype=np.uint64)))
    result: Hashes = sums[matrix.indptr[1:]] - sums[matrix.indptr[:-1]]
    return result


def _text_keys(texts: TextTable) -> Hashes:
    from pandas.util import hash_array

    keys = np.zeros(texts.shape[0], dtype=np.uint64)
    for column in texts.columns:
        values = np.array(column.decode(texts.rows), dtype=object)
        keys = mix(keys + hash_array(values, categorize=False) + GOLDEN_GAMMA)
    return keys


def shuffle_keys(keys: Hashes, seed: int) -> Hashes:
    """Return keys whose order is random, and another one for each seed."""
    return mix(keys ^ mix(np.array([seed], dtype=np.uint64) + GOLDEN_GAMMA))


def has_continuous_column(dataset: Dataset) -> bool:
    """Whether some column contains fractions or text.

    If so, equal rows are copies; in a table of few levels they are coincidences.
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
