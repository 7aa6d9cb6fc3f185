"""Columns of moments and of durations, read as seconds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import MISSING_WORDS, NumberReader

_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}")
_SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True, slots=True)
class MomentReader:
    """Seconds since 1970 in UTC; moments without a zone are taken as UTC."""

    kind: Kind = Kind.DATETIME
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into seconds, NaN where there is no moment."""
        if values.dtype.kind == "M":
            return _divide(values, "datetime64[us]")
        if values.dtype.kind in "iuf":
            return NumberReader().read(values)
        codes, uniques = factorize(values)
        if all(isinstance(value, str) for value in uniques):
            seconds = _parse(uniques)
        else:
            seconds = np.array([_seconds(value) for value in uniques], dtype=np.float64)
        return np.append(seconds, nan)[codes]


@dataclass(frozen=True, slots=True)
class DurationReader:
    """Durations in seconds."""

    kind: Kind = Kind.TIMEDELTA
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into seconds, NaN where there is no duration."""
        if values.dtype.kind == "m":
            return _divide(values, "timedelta64[us]")
        if values.dtype.kind in "iuf":
            return NumberReader().read(values)
        codes, uniques = factorize(values)
        return np.array([*map(_length, uniques), nan], dtype=np.float64)[codes]


def spells_moments(texts: Sequence[str]) -> tuple[bool, bool]:
    """Return whether every text is a date or a word for "missing", and whether such words occur.

    Dates are those of ISO 8601, from the year to the day at least. One must occur.
    """
    dates = [text for text in texts if text.strip().lower() not in MISSING_WORDS]
    if not dates or not all(map(_DAY.match, dates)):
        return False, False
    if np.isnan(_parse(dates)).any():
        return False, False
    return True, len(dates) < len(texts)


def _divide(values: Any, unit: str) -> NDArray[np.float64]:
    """Return seconds from a Series of moments or durations in any storage."""
    if isinstance(values.dtype, np.dtype):
        times = values.to_numpy()
    else:  # with a zone, or Arrow: missing values have no conversion of their own there
        present = values.notna().to_numpy()
        times = np.full(len(values), "NaT", dtype=unit)
        times[present] = values[present].to_numpy(dtype=unit)
    if times.dtype.kind == "M":
        times = times - np.datetime64(0, "s")
    return np.asarray(times / _SECOND, dtype=np.float64)


def _parse(texts: Any) -> NDArray[np.float64]:
    import pandas as pd

    words = pd.Series(texts, dtype=object)
    moments = pd.to_datetime(words, format="ISO8601", utc=True, errors="coerce")
    return _divide(moments, "datetime64[us]")


def _seconds(value: Any) -> float:
    if hasattr(value, "to_timestamp"):  # a period counts from its start
        value = value.to_timestamp()
    if isinstance(value, np.datetime64):
        return float((value - np.datetime64(0, "s")) / _SECOND)
    if isinstance(value, str):
        return float(_parse([value])[0])
    if not isinstance(value, datetime.date):
        return nan
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return float(value.timestamp())


def _length(value: Any) -> float:
    if isinstance(value, np.timedelta64):
        return float(value / _SECOND)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return nan
