from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.times import DurationReader, MomentReader, spells_moments
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
        (["2020-01-01", "2021-02-03T04:05:06Z"], (True, False)),
        (["2020-01-01", "n/a"], (True, True)),
        (["2020-01-01", "soon"], (False, False)),
        (["2020-13-01"], (False, False)),
        (["2020"], (False, False)),
        (["?"], (False, False)),
        ([], (False, False)),
    ],
)
def test_text_spells_moments_if_every_value_does(texts: list, expected: tuple) -> None:
    assert spells_moments(texts) == expected
