from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.kinds import choose_reader
from autoskl.tables.times import (
    ISO,
    DurationReader,
    MomentReader,
    spells_durations,
    spells_moments,
)
from tests.tables.strategies import LAW

# 2020-01-01 12:00 UTC
NOON = 1577880000.0
TOKYO = dt.timezone(dt.timedelta(hours=9))


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(pd.to_datetime(["2020-01-01 12:00", None])),
        pd.Series(pd.to_datetime(["2020-01-01 21:00+09:00", None])),
        pd.Series(np.array(["2020-01-01T12", "NaT"], dtype="datetime64[h]")),
        pd.Series([dt.datetime(2020, 1, 1, 21, tzinfo=TOKYO), None], dtype=object),
        pd.Series([dt.datetime(2020, 1, 1, 12), "x"], dtype=object),
        pd.Series([np.datetime64("2020-01-01T12"), pd.NaT], dtype=object),
        pd.Series([pd.Period("2020-01-01 12", "h"), None], dtype=object),
        pd.Series(["2020-01-01T21:00:00+09:00", "?"]),
        pd.Series(["2020-01-01T12:00", 3], dtype=object),
        pd.Series([NOON, np.nan]),
    ],
    ids=lambda values: f"{values.dtype}-{values[0]}",
)
def test_moments_are_seconds_in_utc_whatever_the_storage(values: pd.Series) -> None:
    np.testing.assert_array_equal(MomentReader().read(values), [NOON, np.nan])


def test_dates_far_away_are_moments_too() -> None:
    values = pd.Series([dt.date(9999, 12, 31), dt.date(1, 1, 1)], dtype=object)
    np.testing.assert_array_equal(MomentReader().read(values), [253402214400.0, -62135596800.0])


@LAW
@given(st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)))
def test_every_storage_gives_the_same_seconds(moment: dt.datetime) -> None:
    reader = MomentReader()
    expected = (moment - dt.datetime(1970, 1, 1)).total_seconds()
    for values in (
        pd.Series([moment], dtype=object),
        pd.Series([pd.Timestamp(moment)]),
        pd.Series([moment.isoformat()]),
    ):
        assert reader.read(values)[0] == pytest.approx(expected, abs=1e-5, rel=0)


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(pd.to_timedelta([90, None], unit="s")),
        pd.Series([dt.timedelta(seconds=90), None], dtype=object),
        pd.Series([np.timedelta64(90, "s"), "x"], dtype=object),
        pd.Series([90.0, np.nan]),
    ],
    ids=lambda values: str(values.dtype),
)
def test_durations_are_seconds(values: pd.Series) -> None:
    np.testing.assert_array_equal(DurationReader().read(values), [90, np.nan])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2020-01-01", "2021-02-03T04:05:06Z"], (ISO, False)),
        (["2020-01-01", "n/a"], (ISO, True)),
        (["3/12/2016", "4/13/2016"], ("%m/%d/%Y", False)),
        (["13/04/2016", "3/12/2016", "?"], ("%d/%m/%Y", True)),
        (["3.12.2016 14:05"], ("%d.%m.%Y %H:%M", False)),
        (["20140916T000000"], ("%Y%m%dT%H%M%S", False)),
        (["5-Jan-2020", "17-Feb-2020"], ("%d-%b-%Y", False)),
        (["January 5, 2020"], ("%B %d, %Y", False)),
        (["01/02/2020 03:04 PM"], ("%m/%d/%Y %I:%M %p", False)),
        (["13/04/2016", "04/13/2016"], (None, False)),
        (["3/12/2016", "2016-12-03"], (None, False)),
        (["2020-01-01", "soon"], (None, False)),
        (["2020-13-01"], (None, False)),
        (["2020"], (None, False)),
        (["?"], (None, False)),
        ([], (None, False)),
    ],
)
def test_text_spells_moments_if_every_value_does(texts: list, expected: tuple) -> None:
    assert spells_moments(texts) == expected
    assert spells_moments(texts[::-1]) == expected


def test_the_format_of_the_training_rows_is_that_of_later_ones() -> None:
    reader = choose_reader(pd.Series(["13/04/2016", "03/12/2016"])).reader
    assert isinstance(reader, MomentReader)
    later = reader.read(pd.Series(["03/12/2016", "12/13/2016", None]))
    np.testing.assert_array_equal(later, [1480723200, np.nan, np.nan])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["18:30", "07:05:10"], (True, False)),
        (["2 days, 01:00:00", "?"], (True, True)),
        (["18:30", "evening"], (False, False)),
        (["18:75"], (False, False)),
        (["?"], (False, False)),
        ([], (False, False)),
    ],
)
def test_text_spells_durations_if_every_value_does(texts: list, expected: tuple) -> None:
    assert spells_durations(texts) == expected


def test_times_of_day_and_written_durations_are_seconds() -> None:
    texts = ["18:30", "-00:00:01.5", "1 day 00:00:01", None, "x"]
    expected = [66600, -1.5, 86401, np.nan, np.nan]
    np.testing.assert_array_equal(DurationReader().read(pd.Series(texts)), expected)
    times = pd.Series([dt.time(18, 30), dt.time(0, 0, 1, 500_000)], dtype=object)
    np.testing.assert_array_equal(DurationReader().read(times), [66600, 1.5])


@pytest.mark.parametrize(
    ("form", "spelled"),
    [
        ("ISO8601", "%Y-%m-%d %H:%M:%S UTC"),
        ("%m/%d/%y %H:%M", None),
        ("%d.%m.%y", None),
        ("%d-%b-%y", None),
        ("%Y.%m.%d", None),
        ("%d. %B %Y", None),
        ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M GMT"),
    ],
)
def test_dates_in_other_spellings(form: str, spelled: str | None) -> None:
    moments = pd.Series(pd.date_range("2001-03-05", periods=40, freq="73h"))
    if "%H" not in (spelled or form):
        moments = moments.dt.floor("D")
    texts = moments.dt.strftime(spelled or form)
    found, words = spells_moments(list(texts))
    assert (found, words) == (form, False)
    whole = moments.dt.floor("min") if "%S" not in (spelled or form) else moments
    np.testing.assert_array_equal(MomentReader(form).read(texts), MomentReader().read(whole))


@pytest.mark.parametrize("form", ["%Y-%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y", "%b-%y"])
def test_months_are_moments(form: str) -> None:
    months = pd.Series(pd.date_range("1999-01-01", periods=60, freq="MS"))
    texts = months.dt.strftime(form)
    assert spells_moments(list(texts)) == (form, False)
    np.testing.assert_array_equal(MomentReader(form).read(texts), MomentReader().read(months))


@pytest.mark.parametrize("texts", [["1.2.3", "1.10.2"], ["2019-13"], ["13/2019"], ["May-be"]])
def test_what_only_looks_like_a_date_is_none(texts: list[str]) -> None:
    assert spells_moments(texts) == (None, False)
