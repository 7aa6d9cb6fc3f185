"""Columns of a later table that hold something else than those that the encoder was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import is_missing
from autoskl.tables.reader import Reader

_MEASURED = frozenset({Kind.NUMERIC, Kind.BOOLEAN, Kind.DATETIME, Kind.TIMEDELTA})
_MOST = 0.5
"""Share of the values present that may be unreadable before it is told: a few were at fit, too."""


def is_unreadable(raw: Any, reader: Reader, read: NDArray[np.floating[Any]]) -> bool:
    """Whether most values of a column are there and could not be read, so that they are missing.

    Categories that are not known are no such thing, nor are words for "missing".

    Parameters
    ----------
    raw : Series
    reader : Reader
        Of the column.
    read : ndarray of shape (n_rows,)
        What it made of ``raw``.
    """
    if reader.kind not in _MEASURED:
        return False
    lost = np.isnan(read)
    n_read = int(np.count_nonzero(~lost))
    if lost.any():
        lost &= raw.notna().to_numpy(dtype=bool)
    if not _are_most(int(np.count_nonzero(lost)), n_read):
        return False
    codes, values = factorize(raw[lost])
    told = np.array([not (isinstance(value, str) and is_missing(value)) for value in values])
    return _are_most(int(np.count_nonzero(told[codes])), n_read)


def _are_most(n_lost: int, n_read: int) -> bool:
    return n_lost > _MOST * (n_read + n_lost)
