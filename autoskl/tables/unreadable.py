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
    if not lost.any():
        return False
    lost &= raw.notna().to_numpy(dtype=bool)
    n_read = int(np.count_nonzero(~np.isnan(read)))
    if not lost.any() or np.count_nonzero(lost) <= _MOST * (n_read + np.count_nonzero(lost)):
        return False
    codes, values = factorize(raw[lost])
    told = np.array([not (isinstance(value, str) and is_missing(value)) for value in values])
    n_lost = int(np.count_nonzero(told[codes]))
    return n_lost > _MOST * (n_read + n_lost)
