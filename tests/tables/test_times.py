from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.reader import Reader
from autoskl.tables.reader_choice import choose_reader
from autoskl.tables.repairs import Repair
from autoskl.tables.times import (
    _OUT_OF_RANGE_YEAR,
    ISO,
    DatetimeReader,
    TimedeltaReader,
    _parse_out_of_range,
    detect_datetime_format,
    detect_timedeltas,
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
def test_datetimes_of_any_storage_are_seconds_in_utc(values: pd.Series) -> None:
    np.testing.assert_array_equal(DatetimeReader().read(values), [NOON, np.nan])


NEVER, ALWAYS = 253402214400.0, -62135596800.0


def test_dates_far_from_1970_are_read() -> None:
    values = pd.Series([dt.date(9999, 12, 31), dt.date(1, 1, 1)], dtype=object)
    np.testing.assert_array_equal(DatetimeReader().read(values), [NEVER, ALWAYS])


def test_dates_out_of_the_range_of_nanoseconds_are_read_beside_nanoseconds() -> None:
    """Before pandas 3, all strings are parsed in nanoseconds; later, only those that need it."""
    exact = "2020-01-01T12:00:00.000000001"
    texts = [exact, "9999-12-31", "0001-01-01", "9999-12-31T00:00Z", "3000-99-01", "soon 3000"]
    assert detect_datetime_format(texts[:4]) == (ISO, ())
    assert detect_datetime_format(texts) == (None, ())
    expected = [NOON, NEVER, ALWAYS, NEVER, np.nan, np.nan]
    np.testing.assert_array_equal(DatetimeReader().read(pd.Series(texts)), expected)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d/%m/%Y", "31/12/9999"),
        ("%Y%m%dT%H%M%S", "99991231T000000"),
        ("%d.%m.%Y %H:%M", "31.12.9999 00:00"),
        ("%d-%b-%Y", "31-Dec-9999"),
    ],
)
def test_dates_far_from_1970_are_read_in_other_formats(form: str, text: str) -> None:
    assert detect_datetime_format([text]) == (form, ())
    assert DatetimeReader(form).read(pd.Series([text]))[0] == NEVER
    assert _OUT_OF_RANGE_YEAR.search(text)
    assert _parse_out_of_range(text, form) == NEVER
    assert np.isnan(_parse_out_of_range("x" + text, form))


@pytest.mark.parametrize("text", ["2020-01-01", "1/1/1999", "20140916T000000", "soon", "12345"])
def test_ordinary_dates_are_not_out_of_range(text: str) -> None:
    assert not _OUT_OF_RANGE_YEAR.search(text)


def test_zero_dates_of_databases_are_missing() -> None:
    texts = ["2020-01-01 12:00:00", "0000-00-00 00:00:00", "0000-00-00"]
    assert detect_datetime_format(texts) == (ISO, (Repair.PLACEHOLDERS,))
    np.testing.assert_array_equal(DatetimeReader().read(pd.Series(texts)), [NOON, np.nan, np.nan])


def test_datetimes_beyond_the_years_of_python_are_read() -> None:
    far = [np.datetime64("12000-01-01"), None]
    seconds = DatetimeReader().read(pd.Series(far, dtype=object))
    np.testing.assert_array_equal(seconds, [316516204800.0, np.nan])
    (seconds,) = DatetimeReader().read(pd.Series([pd.Period(year=12000, freq="Y")], dtype=object))
    assert seconds == 316516204800.0 or np.isnan(seconds), "out of reach before pandas 3"


def test_calendar_units_have_their_mean_length() -> None:
    lengths = pd.Series([np.timedelta64(1, "Y"), np.timedelta64(12, "M")], dtype=object)
    np.testing.assert_array_equal(TimedeltaReader().read(lengths), [31556952, 31556952])


@pytest.mark.parametrize("reader", [DatetimeReader(), TimedeltaReader()])
@pytest.mark.parametrize("dtype", ["int64", "float32", "Int64", "Float64", "uint8"])
def test_numbers_are_neither_datetimes_nor_timedeltas(reader: Reader, dtype: str) -> None:
    assert np.isnan(reader.read(pd.Series([1, 2], dtype=dtype))).all()


@LAW
@given(st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)))
def test_every_storage_gives_the_same_seconds(moment: dt.datetime) -> None:
    reader = DatetimeReader()
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
def test_timedeltas_are_seconds(values: pd.Series) -> None:
    np.testing.assert_array_equal(TimedeltaReader().read(values), [90, np.nan])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2020-01-01", "2021-02-03T04:05:06Z"], (ISO, ())),
        (["2020-01-01", "n/a"], (ISO, (Repair.PLACEHOLDERS,))),
        (["3/12/2016", "4/13/2016"], ("%m/%d/%Y", ())),
        (["13/04/2016", "3/12/2016", "?"], ("%d/%m/%Y", (Repair.PLACEHOLDERS,))),
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
def test_the_datetime_format_is_detected_if_all_values_have_it(
    texts: list, expected: tuple
) -> None:
    assert detect_datetime_format(texts) == expected
    assert detect_datetime_format(texts[::-1]) == expected


def test_later_rows_are_read_in_the_format_of_the_training_rows() -> None:
    reader = choose_reader(pd.Series(["13/04/2016", "03/12/2016"])).reader
    assert isinstance(reader, DatetimeReader)
    later = reader.read(pd.Series(["03/12/2016", "12/13/2016", None]))
    np.testing.assert_array_equal(later, [1480723200, np.nan, np.nan])


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["18:30", "07:05:10"], ()),
        (["2 days, 01:00:00", "?"], (Repair.PLACEHOLDERS,)),
        (["18:30", "evening"], None),
        (["18:75"], None),
        (["?"], None),
        ([], None),
    ],
)
def test_timedeltas_are_detected_if_all_values_are(texts: list, expected: tuple | None) -> None:
    assert detect_timedeltas(texts) == expected


def test_times_of_day_and_timedelta_strings_are_seconds() -> None:
    texts = ["18:30", "-00:00:01.5", "1 day 00:00:01", None, "x"]
    expected = [66600, -1.5, 86401, np.nan, np.nan]
    np.testing.assert_array_equal(TimedeltaReader().read(pd.Series(texts)), expected)
    times = pd.Series([dt.time(18, 30), dt.time(0, 0, 1, 500_000)], dtype=object)
    np.testing.assert_array_equal(TimedeltaReader().read(times), [66600, 1.5])


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
def test_dates_are_read_in_other_formats(form: str, spelled: str | None) -> None:
    moments = pd.Series(pd.date_range("2001-03-05", periods=40, freq="73h"))
    if "%H" not in (spelled or form):
        moments = moments.dt.floor("D")
    texts = moments.dt.strftime(spelled or form)
    assert detect_datetime_format(list(texts)) == (form, ())
    whole = moments.dt.floor("min") if "%S" not in (spelled or form) else moments
    np.testing.assert_array_equal(DatetimeReader(form).read(texts), DatetimeReader().read(whole))


@pytest.mark.parametrize("form", ["%Y-%m", "%m/%Y", "%b-%Y", "%b %Y", "%B %Y", "%b-%y"])
def test_months_are_datetimes(form: str) -> None:
    months = pd.Series(pd.date_range("1999-01-01", periods=60, freq="MS"))
    texts = months.dt.strftime(form)
    assert detect_datetime_format(list(texts)) == (form, ())
    np.testing.assert_array_equal(DatetimeReader(form).read(texts), DatetimeReader().read(months))


DAYS = [
    f"{day:02}/{month:02}/{year}"
    for day in range(1, 29)
    for month in (1, 7)
    for year in (1999, 2004)
]


def test_a_few_other_strings_do_not_make_dates_categorical() -> None:
    odd = ["2001-02-23T02:58:41.000Z", "see notes"]
    assert detect_datetime_format(DAYS + odd) == ("%d/%m/%Y", (Repair.NOT_TEMPORAL,))
    assert detect_datetime_format([*odd, *DAYS, "n/a"]) == (
        "%d/%m/%Y", (Repair.PLACEHOLDERS, Repair.NOT_TEMPORAL),
    )  # fmt: skip
    read = DatetimeReader("%d/%m/%Y").read(pd.Series([*odd, DAYS[0]]))
    np.testing.assert_array_equal(read, [982897121, np.nan, 915148800])
    assert detect_datetime_format(DAYS[:20] + odd) == (None, ())


def test_the_format_that_parses_most_dates_is_chosen() -> None:
    """All but one of a hundred dates could have day and month swapped."""
    low = [
        f"{day:02}/{month:02}/{year}"
        for day in range(1, 11)
        for month in range(1, 11)
        for year in (1999, 2004)
    ]
    assert detect_datetime_format(low)[0] == "%m/%d/%Y"
    assert detect_datetime_format([*low, "25/03/1999"]) == ("%d/%m/%Y", ())


def test_a_few_other_strings_do_not_make_times_categorical() -> None:
    times = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 10)]
    assert detect_timedeltas([*times, "noon"]) == (Repair.NOT_TEMPORAL,)
    assert detect_timedeltas([*times[:20], "noon"]) is None


@pytest.mark.parametrize("texts", [["1.2.3", "1.10.2"], ["2019-13"], ["13/2019"], ["May-be"]])
def test_strings_that_only_resemble_dates_are_not_dates(texts: list[str]) -> None:
    assert detect_datetime_format(texts) == (None, ())
