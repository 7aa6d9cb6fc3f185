from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.kinds import choose_reader
from autoskl.tables.reader import Reader
from autoskl.tables.repairs import Repair
from autoskl.tables.times import (
    _FAR_YEAR,
    ISO,
    DurationReader,
    MomentReader,
    _far_away,
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
    ],
    ids=lambda values: f"{values.dtype}-{values[0]}",
)
def test_moments_are_seconds_in_utc_whatever_the_storage(values: pd.Series) -> None:
    np.testing.assert_array_equal(MomentReader().read(values), [NOON, np.nan])


NEVER, ALWAYS = 253402214400.0, -62135596800.0


def test_dates_far_away_are_moments_too() -> None:
    values = pd.Series([dt.date(9999, 12, 31), dt.date(1, 1, 1)], dtype=object)
    np.testing.assert_array_equal(MomentReader().read(values), [NEVER, ALWAYS])


def test_what_nanoseconds_do_not_reach_is_read_beside_nanoseconds() -> None:
    """Before pandas 3 all text is read in nanoseconds, later such text only."""
    exact = "2020-01-01T12:00:00.000000001"
    texts = [exact, "9999-12-31", "0001-01-01", "9999-12-31T00:00Z", "3000-99-01", "soon 3000"]
    assert spells_moments(texts[:4]) == (ISO, ())
    assert spells_moments(texts) == (None, ())
    expected = [NOON, NEVER, ALWAYS, NEVER, np.nan, np.nan]
    np.testing.assert_array_equal(MomentReader().read(pd.Series(texts)), expected)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d/%m/%Y", "31/12/9999"),
        ("%Y%m%dT%H%M%S", "99991231T000000"),
        ("%d.%m.%Y %H:%M", "31.12.9999 00:00"),
        ("%d-%b-%Y", "31-Dec-9999"),
    ],
)
def test_dates_far_away_in_other_spellings(form: str, text: str) -> None:
    assert spells_moments([text]) == (form, ())
    assert MomentReader(form).read(pd.Series([text]))[0] == NEVER
    assert _FAR_YEAR.search(text)
    assert _far_away(text, form) == NEVER
    assert np.isnan(_far_away("x" + text, form))


@pytest.mark.parametrize("text", ["2020-01-01", "1/1/1999", "20140916T000000", "soon", "12345"])
def test_most_dates_are_not_far_away(text: str) -> None:
    assert not _FAR_YEAR.search(text)


def test_zeros_of_databases_are_missing() -> None:
    texts = ["2020-01-01 12:00:00", "0000-00-00 00:00:00", "0000-00-00"]
    assert spells_moments(texts) == (ISO, (Repair.WORDS,))
    np.testing.assert_array_equal(MomentReader().read(pd.Series(texts)), [NOON, np.nan, np.nan])


def test_moments_beyond_the_years_of_python_are_moments() -> None:
    far = [np.datetime64("12000-01-01"), None]
    seconds = MomentReader().read(pd.Series(far, dtype=object))
    np.testing.assert_array_equal(seconds, [316516204800.0, np.nan])
    (seconds,) = MomentReader().read(pd.Series([pd.Period(year=12000, freq="Y")], dtype=object))
    assert seconds == 316516204800.0 or np.isnan(seconds), "out of reach before pandas 3"


def test_calendar_lengths_are_those_of_a_mean_year() -> None:
    lengths = pd.Series([np.timedelta64(1, "Y"), np.timedelta64(12, "M")], dtype=object)
    np.testing.assert_array_equal(DurationReader().read(lengths), [31556952, 31556952])


@pytest.mark.parametrize("reader", [MomentReader(), DurationReader()])
@pytest.mark.parametrize("dtype", ["int64", "float32", "Int64", "Float64", "uint8"])
def test_numbers_are_neither_moments_nor_durations(reader: Reader, dtype: str) -> None:
    assert np.isnan(reader.read(pd.Series([1, 2], dtype=dtype))).all()


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
    ],
    ids=lambda values: str(values.dtype),
)
def test_durations_are_seconds(values: pd.Series) -> None:
    np.testing.assert_array_equal(DurationReader().read(values), [90, np.nan])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2020-01-01", "2021-02-03T04:05:06Z"], (ISO, ())),
        (["2020-01-01", "n/a"], (ISO, (Repair.WORDS,))),
        (["3/12/2016", "4/13/2016"], ("%m/%d/%Y", ())),
        (["13/04/2016", "3/12/2016", "?"], ("%d/%m/%Y", (Repair.WORDS,))),
        (["3.12.2016 14:05"], ("%d.%m.%Y %H:%M", ())),
        (["20140916T000000"], ("%Y%m%dT%H%M%S", ())),
        (["5-Jan-2020", "17-Feb-2020"], ("%d-%b-%Y", ())),
        (["January 5, 2020"], ("%B %d, %Y", ())),
        (["01/02/2020 03:04 PM"], ("%m/%d/%Y %I:%M %p", ())),
        (["13/04/2016", "04/13/2016"], (None, ())),
        (["3/12/2016", "2016-12-03"], (None, ())),
        (["2020-01-01", "soon"], (None, ())),
        (["2020-13-01"], (None, ())),
        (["2020"], (None, ())),
        (["?"], (None, ())),
        ([], (None, ())),
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
        (["18:30", "07:05:10"], (True, ())),
        (["2 days, 01:00:00", "?"], (True, (Repair.WORDS,))),
        (["18:30", "evening"], (False, ())),
        (["18:75"], (False, ())),
        (["?"], (False, ())),
        ([], (False, ())),
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
    assert spells_moments(list(texts)) == (form, ())
    whole = moments.dt.floor("min") if "%S" not in (spelled or form) else moments
    np.testing.assert_array_equal(MomentReader(form).read(texts), MomentReader().read(whole))


@pytest.mark.parametrize("form", ["%Y-%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y", "%b-%y"])
def test_months_are_moments(form: str) -> None:
    months = pd.Series(pd.date_range("1999-01-01", periods=60, freq="MS"))
    texts = months.dt.strftime(form)
    assert spells_moments(list(texts)) == (form, ())
    np.testing.assert_array_equal(MomentReader(form).read(texts), MomentReader().read(months))


DAYS = [
    f"{day:02}/{month:02}/{year}"
    for day in range(1, 29)
    for month in (1, 7)
    for year in (1999, 2004)
]


def test_a_few_texts_in_another_form_do_not_make_categories_of_dates() -> None:
    odd = ["2001-02-23T02:58:41.000Z", "see notes"]
    assert spells_moments(DAYS + odd) == ("%d/%m/%Y", (Repair.STRAY_TIMES,))
    assert spells_moments([*odd, *DAYS, "n/a"]) == (
        "%d/%m/%Y", (Repair.WORDS, Repair.STRAY_TIMES),
    )  # fmt: skip
    read = MomentReader("%d/%m/%Y").read(pd.Series([*odd, DAYS[0]]))
    np.testing.assert_array_equal(read, [982897121, np.nan, 915148800])
    assert spells_moments(DAYS[:20] + odd) == (None, ())


def test_the_format_that_reads_most_dates_is_taken() -> None:
    """In these, days are months as well, but for one of a hundred."""
    low = [
        f"{day:02}/{month:02}/{year}"
        for day in range(1, 11)
        for month in range(1, 11)
        for year in (1999, 2004)
    ]
    assert spells_moments(low)[0] == "%m/%d/%Y"
    assert spells_moments([*low, "25/03/1999"]) == ("%d/%m/%Y", ())


def test_a_few_texts_do_not_make_categories_of_times() -> None:
    times = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 10)]
    assert spells_durations([*times, "noon"]) == (True, (Repair.STRAY_TIMES,))
    assert spells_durations([*times[:20], "noon"]) == (False, ())


@pytest.mark.parametrize("texts", [["1.2.3", "1.10.2"], ["2019-13"], ["13/2019"], ["May-be"]])
def test_what_only_looks_like_a_date_is_none(texts: list[str]) -> None:
    assert spells_moments(texts) == (None, ())
