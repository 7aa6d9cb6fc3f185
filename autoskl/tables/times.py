"""Columns of moments and of durations, read as seconds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import is_missing
from autoskl.tables.reader import NEARLY_ALL
from autoskl.tables.repairs import Repair

ISO = "ISO8601"
_TRIED = 20
"""Dates that are looked at to find the formats that are worth reading all of them."""

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
_LATE_DIGITS = re.compile(r"(?<=\.\d{6})\d+")
"""Behind microseconds, which pandas takes and Python does not."""
_CLOCK = re.compile(
    r"\s*(?P<sign>[-+]?)(?:(?P<days>\d+) days?,? )?(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:\.\d+)?))?\s*"
)
_SECOND = np.timedelta64(1, "s")
_OF_NO_FIXED_LENGTH = ("Y", "M")
_FAR_YEAR = re.compile(
    r"(?<!\d)(?:0\d{3}|1[0-5]\d\d|16[0-7]\d|226[2-9]|22[7-9]\d|2[3-9]\d\d|[3-9]\d{3})"
    r"(?=\D|$|\d{4}T)"
)
"""A year that nanoseconds since 1970 do not reach, such as that of a date for "never"."""


@dataclass(frozen=True, slots=True)
class MomentReader:
    """Seconds since 1970 in UTC; moments without a zone are taken as UTC, numbers as missing.

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
        if values.dtype.kind in "iuf":  # since when, in what unit?
            return np.full(len(values), nan)
        codes, uniques = factorize(values)
        if all(isinstance(value, str) for value in uniques):
            seconds = self._parsed(uniques)
        else:
            seconds = np.array([self._seconds(value) for value in uniques], dtype=np.float64)
        return np.append(seconds, nan)[codes]

    def _parsed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return seconds; what is no date in the format of the others may be one of ISO 8601."""
        seconds = _parse(texts, self.format)
        unread = np.flatnonzero(np.isnan(seconds))
        days = [place for place in unread.tolist() if _DAY.match(texts[place])]
        if days and self.format != ISO:
            seconds[days] = _parse([texts[place] for place in days], ISO)
        return seconds

    def _seconds(self, value: Any) -> float:
        return float(self._parsed([value])[0]) if isinstance(value, str) else _seconds(value)


@dataclass(frozen=True, slots=True)
class DurationReader:
    """Durations, and times of day since midnight, in seconds; numbers are taken as missing."""

    kind: Kind = Kind.TIMEDELTA
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into seconds, NaN where there is no duration."""
        if values.dtype.kind == "m":
            return _divide(values, "timedelta64[us]")
        if values.dtype.kind in "iuf":  # in what unit?
            return np.full(len(values), nan)
        codes, uniques = factorize(values)
        return np.array([*map(_length, uniques), nan], dtype=np.float64)[codes]


def spells_moments(texts: Sequence[str]) -> tuple[str | None, tuple[Repair, ...]]:
    """Return the format of the dates that texts spell, and what else there is among them.

    Dates are those of ISO 8601, or all in one of the other usual formats, from the year to the
    month at least. Years of two digits are those from 1969 to 2068.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.

    Returns
    -------
    format : str or None
        None unless nearly all texts are dates.
    repairs : tuple of Repair
        For words that stand for "missing", and for a few texts that are no dates.

    Examples
    --------
    >>> from autoskl.tables.times import spells_moments
    >>> spells_moments(["3/12/2016", "24/12/2016"]), spells_moments(["soon"])
    (('%d/%m/%Y', ()), (None, ()))
    """
    dates = [text for text in texts if not is_missing(text)]
    for shape in (_DAY, _OTHER_DATE):
        alike = [text for text in dates if shape.match(text)]
        if not alike or len(alike) < NEARLY_ALL * len(dates):
            continue
        n_read = {
            form: int(np.count_nonzero(~np.isnan(_parse(alike, form))))
            for form in ([ISO] if shape is _DAY else _likely_formats(alike))
        }
        # Where days and months could be either, the first of the formats.
        form = max(n_read, key=n_read.__getitem__, default=ISO)
        if n_read.get(form, 0) >= NEARLY_ALL * len(dates):
            return form, _among_times(texts, dates, n_read[form])
    return None, ()


def spells_durations(texts: Sequence[str]) -> tuple[bool, tuple[Repair, ...]]:
    """Return whether texts are times such as "18:30" or "1 day 02:03:04.5", and what else is there.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.

    Returns
    -------
    durations : bool
        Whether nearly all texts are.
    repairs : tuple of Repair
        For words that stand for "missing", and for a few texts that are no times.
    """
    times = [text for text in texts if not is_missing(text)]
    n_read = sum(_CLOCK.fullmatch(text) is not None for text in times)
    if not times or n_read < NEARLY_ALL * len(times):
        return False, ()
    return True, _among_times(texts, times, n_read)


def _among_times(texts: Sequence[str], present: Sequence[str], n_read: int) -> tuple[Repair, ...]:
    words = (Repair.WORDS,) * (len(present) < len(texts))
    return words + (Repair.STRAY_TIMES,) * (n_read < len(present))


def _likely_formats(dates: Sequence[str]) -> list[str]:
    """Return the formats of most of a few dates, which Python tells sooner than pandas."""
    few = dates[:: -(-len(dates) // _TRIED)]
    told = [_LATE_DIGITS.sub("", re.sub(_ZONE, "", text.strip())) for text in few]
    least = len(told) / 2
    return [each for each in _FORMATS if sum(_is_spelled(t, each) for t in told) >= least]


def _is_spelled(text: str, form: str) -> bool:
    try:
        datetime.datetime.strptime(text, form)
    except ValueError:
        return False
    return True


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
    seconds = _divide(moments, "datetime64[us]")
    if moments.dtype.unit == "ns":  # always before pandas 3
        for place in np.flatnonzero(np.isnan(seconds)):
            if isinstance(word := words.iat[place], str) and _FAR_YEAR.search(word):
                seconds[place] = _far_away(word, form)
    return seconds


def _far_away(text: str, form: str) -> float:
    """Return a moment that nanoseconds do not reach, NaN where text spells none."""
    try:
        if form == ISO:
            return _seconds(datetime.datetime.fromisoformat(text))
        return _seconds(datetime.datetime.strptime(text, form))
    except ValueError:
        return nan


def _seconds(value: Any) -> float:
    if hasattr(value, "to_timestamp"):  # a period counts from its start
        with suppress(ValueError):  # before pandas 3: nanoseconds do not reach it
            value = value.to_timestamp()
    if hasattr(value, "to_datetime64"):  # of pandas, whose years go further than Python's
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


def _length(value: Any) -> float:
    if isinstance(value, np.timedelta64):
        if np.datetime_data(value)[0] in _OF_NO_FIXED_LENGTH:
            value = value.astype("timedelta64[s]")  # of a mean year
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
