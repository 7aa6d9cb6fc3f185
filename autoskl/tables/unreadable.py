"""Detects columns of later tables whose values differ from those of the training column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.categories import read_labels
from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import is_missing
from autoskl.tables.reader import Reader

_PARSED_KINDS = frozenset({Kind.NUMERIC, Kind.BOOLEAN, Kind.DATETIME, Kind.TIMEDELTA})
_MAX_UNREADABLE_SHARE = 0.5
"""Share of unreadable values without a warning; some may have been unreadable in fit as well."""


def is_unreadable(raw: Any, reader: Reader, read: NDArray[np.floating[Any]]) -> bool:
    """Whether most of the non-missing values of a column could not be read.

    Placeholders for missing values do not count; for categories see `unseen_category`.

    Parameters
    ----------
    raw : Series
    reader : Reader
        The reader of the column.
    read : ndarray of shape (n_rows,)
        The values that it returned for ``raw``.
    """
    if reader.kind not in _PARSED_KINDS:
        return False
    lost = np.isnan(read)
    n_read = int(np.count_nonzero(~lost))
    if lost.any():
        lost &= raw.notna().to_numpy(dtype=bool)
    if not _are_most(int(np.count_nonzero(lost)), n_read):
        return False
    codes, values = factorize(raw[lost])
    counts = np.array([not (isinstance(value, str) and is_missing(value)) for value in values])
    return _are_most(int(np.count_nonzero(counts[codes])), n_read)


def unseen_category(raw: Any, codes: NDArray[np.floating[Any]]) -> str | None:
    """Return a category of a column if it has several, of which none was seen in fit.

    A single one is no sign of another spelling: all rows may be of a new city. Placeholders for
    missing values do not count.

    Parameters
    ----------
    raw : Series
    codes : ndarray of shape (n_rows,)
        What the reader of the column returned for ``raw``.
    """
    if not len(codes) or not np.isnan(codes).all():
        return None
    rows, labels = read_labels(raw)
    present = {labels[row] for row in np.unique(rows[rows >= 0])}
    unseen = sorted(label for label in present if not is_missing(label))
    return unseen[0] if len(unseen) > 1 else None


def _are_most(n_lost: int, n_read: int) -> bool:
    return n_lost > _MAX_UNREADABLE_SHARE * (n_read + n_lost)
