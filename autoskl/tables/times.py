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
from autoskl.tables.numeric import NumberReader, is_missing

ISO = "ISO8601"
_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}")
_OTHER_DATE = re.compile(
    r"""\s*(?:
      \d{1,2} [/.-] (?:\d{1,2}|[A-Za-z]{3}) [/.-] (?:\d{4}|\d{2}\b)
    | \d{4} [/.] \d{1,2} [/.] \d{1,2} | \d{8}T\d{4}
    | \d{1,2} \.?[ ] [A-Za-z]{3,9} [ ] \d{4} | [A-Za-z]{3,9} [ ] \d{1,2},? [ ] \d{4}
    | (?: \d{4}-\d{2} | \d{1,2}/\d{4} | [A-Za-z]{3,9}[ -]\d{4} | [A-Za-z]{3}-\d{2} ) \s*$
    )""",
    re.VERBOSE,
)
# Where days and months could be either, slashes are read as in America and dots as in Europe.
_DATES = (
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%m-%d-%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d/%b/%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d. %b %Y",
    "%d. %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
)
_MONTHS = ("%Y-%m", "%m/%Y", "%b-%Y", "%b %Y", "%B-%Y", "%B %Y", "%b-%y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_FORMATS = ("%Y%m%dT%H%M%S", *(date + time for date in _DATES for time in _TIMES), *_MONTHS)
_ZONE = r"\s*(?:UTC|GMT)$"
_CLOCK = re.compile(
    r"\s*(?P<sign>[-+]?)(?:(?P<days>\d+) days?,? )?(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:\.\d+)?))?\s*"
)
_SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True, slots=True)
class MomentReader:
    """Seconds since 1970 in UTC; moments without a zone are taken as UTC.

    Attributes
    ----------
    format : str
        How text spells moments, in the directives of `strftime`, or ``"ISO8601"``.
    """

    format: str = ISO
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
            seconds = _parse(uniques, self.format)
        else:
            seconds = np.array([self._seconds(value) for value in uniques], dtype=np.float64)
        return np.append(seconds, nan)[codes]

    def _seconds(self, value: Any) -> float:
        return float(_parse([value], self.format)[0]) if isinstance(value, str) else _seconds(value)


@dataclass(frozen=True, slots=True)
class DurationReader:
    """Durations, and times of day since midnight, in seconds."""

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


def spells_moments(texts: Sequence[str]) -> tuple[str | None, bool]:
    """Return the format of the dates that texts spell, and whether there are words for "missing".

    Dates are those of ISO 8601, or all in one of the other usual formats, from the year to the
    month at least. Years of two digits are those from 1969 to 2068.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.

    Returns
    -------
    format : str or None
        None when a text is neither a date nor such a word, or when none is a date.
    words : bool

    Examples
    --------
    >>> from autoskl.tables.times import spells_moments
    >>> spells_moments(["3/12/2016", "24/12/2016", "?"]), spells_moments(["soon"])
    (('%d/%m/%Y', True), (None, False))
    """
    dates = [text for text in texts if not is_missing(text)]
    if not dates:
        return None, False
    if all(map(_DAY.match, dates)):
        formats: Sequence[str] = (ISO,)
    elif all(map(_OTHER_DATE.match, dates)):
        # What cannot be the format of one date cannot be that of all.
        formats = [each for each in _FORMATS if not np.isnan(_parse(dates[:1], each)).any()]
    else:
        return None, False
    for each in formats:
        if not np.isnan(_parse(dates, each)).any():
            return each, len(dates) < len(texts)
    return None, False


def spells_durations(texts: Sequence[str]) -> tuple[bool, bool]:
    """Return whether every text is a time such as "18:30" or "1 day 02:03:04.5".

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.

    Returns
    -------
    durations : bool
        Words for "missing" may occur besides, but not alone.
    words : bool
        Whether such words occur.
    """
    times = [text for text in texts if not is_missing(text)]
    if not times or not all(map(_CLOCK.fullmatch, times)):
        return False, False
    return True, len(times) < len(texts)


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


def _parse(texts: Any, form: str) -> NDArray[np.float64]:
    import pandas as pd

    words = pd.Series(texts, dtype=object).str.strip().str.replace(_ZONE, "", regex=True)
    moments = pd.to_datetime(words, format=form, utc=True, errors="coerce")
    return _divide(moments, "datetime64[us]")


def _seconds(value: Any) -> float:
    if hasattr(value, "to_timestamp"):  # a period counts from its start
        value = value.to_timestamp()
    if isinstance(value, np.datetime64):
        return float((value - np.datetime64(0, "s")) / _SECOND)
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
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return nan
    days, hours, minutes = (float(found[part] or 0) for part in ("days", "hours", "minutes"))
    length = days * 86_400 + hours * 3600 + minutes * 60 + float(found["seconds"] or 0)
    return -length if found["sign"] == "-" else length
