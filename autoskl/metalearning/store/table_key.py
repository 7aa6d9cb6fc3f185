"""A keyed hash by which a store recognises a table without revealing its content."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.core.hashing import Hashes, float_bits, mix
from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import TextTable

_BLOCK_CELLS = 2**16
"""Cells hashed at a time, so that a table is never copied as a whole."""


def table_key(dataset: Dataset, salt: str) -> str:
    """Return a keyed hash of the table's shape and rows, independent of the order of the rows.

    Each row has a hash of its numbers, texts and target, and the hashes of all rows are summed.
    Numbers are compared in double precision.

    Parameters
    ----------
    dataset : Dataset
    salt : str
        Salt of the store, so that keys of different stores cannot be compared.

    References
    ----------
    G. Steele, D. Lea, C. Flood. "Fast splittable pseudorandom number generators". OOPSLA 2014.
    """
    X: Any = dataset.numbers
    n_rows = dataset.n_rows
    n_texts = 0 if dataset.texts is None else len(dataset.texts.columns)
    factors = mix(np.arange(1, X.shape[1] + n_texts + 2, dtype=np.uint64)) | np.uint64(1)
    width = X.nnz / max(n_rows, 1) if sparse.issparse(X) else X.shape[1]
    n_per_block = max(1, int(_BLOCK_CELLS / max(width, 1)))
    total = 0
    for start in range(0, n_rows, n_per_block):
        rows = slice(start, start + n_per_block)
        hashes = _hash_numbers(X[rows], factors) + _bits(dataset.y[rows]) * factors[-1]
        if dataset.texts is not None:
            hashes += _hash_texts(dataset.texts, rows, factors[X.shape[1] :])
        total += int(mix(hashes).sum(dtype=np.uint64))
    size = (n_rows, dataset.n_columns, dataset.n_classes, str(dataset.task))
    content = "|".join([*map(str, size), f"{total % 2**64:016x}"])
    return hmac.new(salt.encode(), content.encode(), hashlib.sha256).hexdigest()


def _hash_numbers(X: Any, factors: Hashes) -> Hashes:
    """Return a hash for each row; zeros add nothing, so sparse and dense tables agree."""
    if not sparse.issparse(X):
        hashes: Hashes = _bits(X) @ factors[: X.shape[1]]
        return hashes
    sums = np.zeros(X.nnz + 1, np.uint64)
    np.cumsum(_bits(X.data) * factors[X.indices], out=sums[1:])
    found: Hashes = sums[X.indptr[1:]] - sums[X.indptr[:-1]]
    return found


def _hash_texts(texts: TextTable, rows: slice, factors: Hashes) -> Hashes:
    chosen = texts.rows[rows]
    hashes = np.zeros(len(chosen), np.uint64)
    for column, factor in zip(texts.columns, factors, strict=False):
        data = column.data.data
        starts, ends = column.bounds[chosen].tolist(), column.bounds[chosen + 1].tolist()
        sums = [zlib.crc32(data[a:b]) for a, b in zip(starts, ends, strict=True)]
        hashes += np.array(sums, np.uint64) * factor
    return hashes


def _bits(values: NDArray[Any]) -> Hashes:
    """Return the bits of numbers, folded so that the low bits vary; 0 for 0."""
    bits = float_bits(values)
    folded: Hashes = bits ^ (bits >> np.uint64(32))
    return folded
