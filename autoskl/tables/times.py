"""Columns of datetimes and of timedeltas, read as seconds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import is_missing
from autoskl.tables.reader import MIN_PARSED_SHARE
from autoskl.tables.repairs import Repair

ISO = "ISO8601"
_N_SAMPLED = 20
"""Number of dates tried with all formats; only formats that fit these are tried with all dates."""

_ISO_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}")
_OTHER_DATE = re.compile(
    r"""\s*(?:
      \d{1,2} [/.-] (?:\d{1,2}|[A-Za-z]{3}) [/.-] (?:\d{4}|\d{2}\b)
    | \d{4} [/.] \d{1,2} [/.] \d{1,2} | \d{8}T\d{4}
    | \d{1,2} \.?[ ] [A-Za-z]{3,9} [ ] \d{4} | [A-Za-z]{3,9} [ ] \d{1,2},? [ ] \d{4}
    | (?: \d{4}-\d{2} | \d{1,2}/\d{4} | [A-Za-z]{3,9}[ -]\d{4} | [A-Za-z]{3}-\d{2} ) \s*$
    )""",
    re.VERBOSE,
)
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
"""If day and month are ambiguous, slashes are read as in America and dots as in Europe."""

_MONTHS = ("%Y-%m", "%m/%Y", "%b-%Y", "%b %Y", "%B-%Y", "%B %Y", "%b-%y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_FORMATS = ("%Y%m%dT%H%M%S", *(date + time for date in _DATES for time in _TIMES), *_MONTHS)
_ZONE = r"\s*(?:UTC|GMT)$"
_EXCESS_DIGITS = re.compile(r"(?<=\.\d{6})\d+")
"""Digits after microseconds, which pandas accepts and `strptime` does not."""
_CLOCK = re.compile(
    r"\s*(?P<sign>[-+]?)(?:(?P<days>\d+) days?,? )?(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:\.\d+)?))?\s*"
)
_SECOND = np.timedelta64(1, "s")
_CALENDAR_UNITS = ("Y", "M")
_OUT_OF_RANGE_YEAR = re.compile(
    r"(?<!\d)(?:0\d{3}|1[0-5]\d\d|16[0-7]\d|226[2-9]|22[7-9]\d|2[3-9]\d\d|[3-9]\d{3})"
    r"(?=\D|$|\d{4}T)"
)
"""A year beyond the range of nanoseconds since 1970, such as in a date that means "never"."""


@dataclass(frozen=True, slots=True)
class DatetimeReader:
    """Reads datetimes as seconds since 1970 in UTC; numbers are missing.

    Datetimes without a time zone are read as UTC.

    Attributes
    ----------
    format : str
        Format of strings, with the directives of `strftime`, or ``"ISO8601"``.
    """

    format: str = ISO
    kind: ClassVar[Kind] = Kind.DATETIME
    n_levels: ClassVar[int] = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the datetimes of a pandas Series in seconds, NaN for other values."""
        if values.dtype.kind == "M":
            return _series_to_seconds(values, "datetime64[us]")
        if values.dtype.kind in "iuf":  # of unknown epoch and unit
            return np.full(len(values), nan)
        codes, uniques = factorize(values)
        if all(isinstance(value, str) for value in uniques):
            seconds = self._parse(uniques)
        else:
            seconds = np.array([self._to_seconds(value) for value in uniques], dtype=np.float64)
        return np.append(seconds, nan)[codes]

    def _parse(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return seconds; strings that are not in the format are tried as ISO 8601."""
        seconds = _parse(texts, self.format)
        unread = np.flatnonzero(np.isnan(seconds))
        iso = [i for i in unread.tolist() if _ISO_DATE.match(texts[i])]
        if iso and self.format != ISO:
            seconds[iso] = _parse([texts[i] for i in iso], ISO)
        return seconds

    def _to_seconds(self, value: Any) -> float:
        return float(self._parse([value])[0]) if isinstance(value, str) else _to_seconds(value)


@dataclass(frozen=True, slots=True)
class TimedeltaReader:
    """Reads timedeltas, and times of day since midnight, as seconds; numbers are missing."""

    kind: ClassVar[Kind] = Kind.TIMEDELTA
    n_levels: ClassVar[int] = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the timedeltas of a pandas Series in seconds, NaN for other values."""
        if values.dtype.kind == "m":
            return _series_to_seconds(values, "timedelta64[us]")
        if values.dtype.kind in "iuf":  # of unknown unit
            return np.full(len(values), nan)
        codes, uniques = factorize(values)
        return np.array([*map(_timedelta_to_seconds, uniques), nan], dtype=np.float64)[codes]


def detect_datetime_format(texts: Sequence[str]) -> tuple[str | None, tuple[Repair, ...]]:
    """Return the common format of dates, and the repairs needed to read the strings with it.

    Dates follow ISO 8601 or another common format, and have at least a year and a month.
    Two-digit years are those from 1969 to 2068.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.

    Returns
    -------
    format : str or None
        None unless nearly all strings are dates in one format.
    repairs : tuple of Repair
        For placeholders for missing values, and for the few strings that are not dates.

    Examples
    --------
    >>> from autoskl.tables.times import detect_datetime_format
    >>> detect_datetime_format(["3/12/2016", "24/12/2016"]), detect_datetime_format(["soon"])
    (('%d/%m/%Y', ()), (None, ()))
    """
    dates = [text for text in texts if not is_missing(text)]
    for shape in (_ISO_DATE, _OTHER_DATE):
        alike = [text for text in dates if shape.match(text)]
        if not alike or len(alike) < MIN_PARSED_SHARE * len(dates):
            continue
        n_read = {
            form: int(np.count_nonzero(~np.isnan(_parse(alike, form))))
            for form in ([ISO] if shape is _ISO_DATE else _likely_formats(alike))
        }
        # The first format where day and month are ambiguous.
        form = max(n_read, key=n_read.__getitem__, default=ISO)
        if n_read.get(form, 0) >= MIN_PARSED_SHARE * len(dates):
            return form, _repairs(texts, dates, n_read[form])
    return None, ()


def detect_timedeltas(texts: Sequence[str]) -> tuple[Repair, ...] | None:
    """Return the repairs needed to read strings as timedeltas, None if they are not timedeltas.

    Timedeltas are times such as "18:30" or "1 day 02:03:04.5". Nearly all strings must be such.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.
    """
    times = [text for text in texts if not is_missing(text)]
    n_read = sum(_CLOCK.fullmatch(text) is not None for text in times)
    if not times or n_read < MIN_PARSED_SHARE * len(times):
        return None
    return _repairs(texts, times, n_read)


def _repairs(texts: Sequence[str], present: Sequence[str], n_read: int) -> tuple[Repair, ...]:
    placeholders = (Repair.PLACEHOLDERS,) * (len(present) < len(texts))
    return placeholders + (Repair.NOT_TEMPORAL,) * (n_read < len(present))


def _likely_formats(dates: Sequence[str]) -> list[str]:
    """Return the formats that most of a few dates have; `strptime` is faster here than pandas."""
    sample = dates[:: -(-len(dates) // _N_SAMPLED)]
    texts = [_EXCESS_DIGITS.sub("", re.sub(_ZONE, "", text.strip())) for text in sample]
    return [form for form in _FORMATS if sum(_matches(t, form) for t in texts) >= len(texts) / 2]


def _matches(text: str, form: str) -> bool:
    try:
        datetime.datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _series_to_seconds(values: Any, unit: str) -> NDArray[np.float64]:
    """Return the seconds of a Series of datetimes or timedeltas in any storage."""
    if isinstance(values.dtype, np.dtype):
        times = values.to_numpy()
    else:  # with a time zone, or Arrow, where missing values cannot be converted
        present = values.notna().to_numpy()
        times = np.full(len(values), "NaT", dtype=unit)
        times[present] = values[present].to_numpy(dtype=unit)
    if times.dtype.kind == "M":
        times = times - np.datetime64(0, "s")
    return np.asarray(times / _SECOND, dtype=np.float64)


def _parse(texts: Any, form: str) -> NDArray[np.float64]:
    import pandas as pd

    stripped = pd.Series(texts, dtype=object).str.strip().str.replace(_ZONE, "", regex=True)
    datetimes = pd.to_datetime(stripped, format=form, utc=True, errors="coerce")
    seconds = _series_to_seconds(datetimes, "datetime64[us]")
    if datetimes.dtype.unit == "ns":  # always before pandas 3
        for i in np.flatnonzero(np.isnan(seconds)):
            text = stripped.iat[i]
            if isinstance(text, str) and _OUT_OF_RANGE_YEAR.search(text):
                seconds[i] = _parse_out_of_range(text, form)
    return seconds


def _parse_out_of_range(text: str, form: str) -> float:
    """Parse a date beyond the range of nanoseconds, NaN if the text is not a date."""
    try:
        if form == ISO:
            return _to_seconds(datetime.datetime.fromisoformat(text))
        return _to_seconds(datetime.datetime.strptime(text, form))
    except ValueError:
        return nan


def _to_seconds(value: Any) -> float:
    if hasattr(value, "to_timestamp"):  # a period is read as its start
        with suppress(ValueError):  # out of the range of nanoseconds, before pandas 3
            value = value.to_timestamp()
    if hasattr(value, "to_datetime64"):  # pandas types, not limited to the years of datetime
        value = value.to_datetime64()
    if isinstance(value, np.datetime64):
        return float((value - np.datetime64(0, "s")) / _SECOND)
    if not isinstance(value, datetime.date):
        return nan
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.UTC)
    return float(value.timestamp())


def _timedelta_to_seconds(value: Any) -> float:
    if isinstance(value, np.timedelta64):
        if np.datetime_data(value)[0] in _CALENDAR_UNITS:
            value = value.astype("timedelta64[s]")  # of a mean year or month
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
