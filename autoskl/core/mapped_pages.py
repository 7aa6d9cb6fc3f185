"""Reads large arrays that are mapped from a file without keeping them in memory."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 1 << 22
"""Size of the blocks that are read at a time."""

MIN_BYTES = 1 << 26
"""Smaller files are left alone: reading their pages again would cost more than they take."""

_CAN_RELEASE = hasattr(mmap, "MADV_DONTNEED")


def is_large_mapping(values: Any) -> bool:
    """Whether an array is mapped from a large file, so that its pages should be released."""
    return _mapping(values) is not None


def release_pages(values: Any) -> None:
    """Take the pages of a mapped array out of this process; other values are left alone.

    The values do not change: the next access reads them from the file, which is mostly still in
    the cache of the operating system. Only the system decides when that memory is reused.

    Parameters
    ----------
    values : object
        A read-only array of a large shared file, or anything else.
    """
    mapping = _mapping(values)
    if mapping is not None:
        mapping.madvise(mmap.MADV_DONTNEED)


def rows_per_block(X: NDArray[Any]) -> int:
    """Return how many rows make a block of `BLOCK_BYTES`."""
    return max(1, BLOCK_BYTES // max(1, X[:1].nbytes))


def released_blocks(X: NDArray[Any]) -> Iterator[slice]:
    """Yield slices of consecutive rows; after each, the pages of the array are released.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
    """
    step = rows_per_block(X)
    for start in range(0, len(X), step):
        yield slice(start, min(start + step, len(X)))
        release_pages(X)


def copy_rows(X: Any, rows: NDArray[np.integer[Any]]) -> Any:
    """Return a copy of some rows; of a mapped array, few pages are in memory at a time.

    Parameters
    ----------
    X : array of shape (n_rows, n_columns)
        Of any kind that rows can be taken from.
    rows : ndarray of int of shape (n_taken,)
        Only ascending rows are read block by block.
    """
    if not is_large_mapping(X):
        return X[rows]
    if np.any(rows[1:] < rows[:-1]):
        taken = X[rows]
        release_pages(X)
        return taken
    taken = np.empty((len(rows), *X.shape[1:]), dtype=X.dtype)
    for block in released_blocks(X):
        first, last = np.searchsorted(rows, (block.start, block.stop))
        np.take(X, rows[first:last], axis=0, out=taken[first:last], mode="clip")
    return taken


def _mapping(values: Any) -> mmap.mmap | None:
    """Return the large read-only mapping that an array is part of, None without one."""
    if not _CAN_RELEASE or not isinstance(values, np.ndarray) or values.flags.writeable:
        return None
    owner: Any = values
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    return owner if isinstance(owner, mmap.mmap) and len(owner) >= MIN_BYTES else None
