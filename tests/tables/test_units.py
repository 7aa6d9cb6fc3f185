from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.categories import CategoryReader
from autoskl.tables.columns import Kind
from autoskl.tables.encoder import RawTableEncoder
from autoskl.tables.numeric import NumberReader
from autoskl.tables.reader_choice import choose_reader
from autoskl.tables.repairs import Repair
from autoskl.tables.times import DatetimeReader
from autoskl.tables.units import UnitReader, detect_measurements, parse_measurement
from tests.tables.strategies import LAW

POWERS = [f"{power} bhp" for power in range(60, 160)]


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("1248 CC", 1248.0, "cc"),
        ("23.4 kmpl", 23.4, "kmpl"),
        ("45%", 45.0, "%"),
        ("$1,200.50", 1200.5, "$"),
        ("1,234", 1234.0, ""),
        ("€ 99", 99.0, "€"),
        ("99 €", 99.0, "€"),
        ("-$5", -5.0, "$"),
        ("$ -5", -5.0, "$"),
        ("\u22125 °C", -5.0, "°c"),
        ("+.5kg", 0.5, "kg"),
        ("1.5e3 km/h", 1500.0, "km/h"),
        ("3 m²", 3.0, "m²"),
        ("  3.5\u00a0kg ", 3.5, "kg"),
        ("7", 7.0, ""),
        ("(5.3)", -5.3, ""),
        ("USD 5", 5.0, "usd"),
        ("Rs. 1,500", 1500.0, "rs."),
        ("1 234.5", 1234.5, ""),
        ("1\u202f234\u202f567 kg", 1234567.0, "kg"),
        ("1'234", 1234.0, ""),
    ],
)
def test_a_measurement_is_a_number_and_a_unit(text: str, number: float, unit: str) -> None:
    assert parse_measurement(text) == (number, unit)


@pytest.mark.parametrize(
    "text",
    [
        *("A12", "B-7", "v1.2", "No 5", "1A2", "x", "", " ", "kg", "$", "--5", "-$-5", "1_000"),
        *("2020-01-01", "01/02/2020", "12:30", "1.2.3", "5'11\"", "10-20", "(-5)", "3 x 4"),
        *("555-1234", "+1 555 123 4567", "1,23", "12,34,567", "1,2345", "$€5", "nan", "inf"),
        *("5 abcdefghijklm", "5 kg net", " " * 50_000 + "x", "1" * 50_000 + "!"),
    ],
)
def test_other_text_is_not_a_measurement(text: str) -> None:
    number, unit = parse_measurement(text)
    assert math.isnan(number)
    assert unit == ""


@LAW
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "kg", " kmpl", "%", " m/s", "'"]),
)
def test_the_number_is_parsed_exactly(number: float, unit: str) -> None:
    assert parse_measurement(f"{number!r}{unit}")[0] == number


@LAW
@given(st.integers(-(10**12), 10**12))
def test_separators_do_not_change_the_number(number: int) -> None:
    assert parse_measurement(f"{number:,} kg")[0] == number


@LAW
@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    number, unit = parse_measurement(text)
    assert not (math.isnan(number) and unit)


@pytest.mark.parametrize(
    "texts",
    [
        POWERS,
        [power.upper() for power in POWERS[:50]] + POWERS[50:],
        [f"${1000 * k:,}" for k in range(1, 40)],
        [f"{k}%" for k in range(8)],
        [f"{1000 + k:,}" for k in range(20)],
    ],
)
def test_columns_with_one_unit_are_numeric(texts: list[str]) -> None:
    for order in (1, -1):
        choice = choose_reader(pd.Series(texts * 2)[::order])
        assert choice.reader == UnitReader()
        assert choice.repairs == ()


@pytest.mark.parametrize(
    "texts",
    [
        [f"{k}{'ABC'[k % 3]}" for k in range(60)],
        [f"A{k}" for k in range(60)],
        [f"{k} kg" for k in range(7)],
        [f"{k} kg" for k in range(45)] + [f"{k} lb" for k in range(5)],
        [f"{k} kg" for k in range(45)] + ["heavy"],
        [*POWERS, *["unknown"] * 10],
        [f"555-{k:04}" for k in range(60)],
        [f"1.{k}.0" for k in range(60)],
        [f"{k} A-road" for k in range(60)],
    ],
    ids=lambda texts: texts[-1],
)
def test_codes_and_mixed_units_stay_categories(texts: list[str]) -> None:
    assert isinstance(choose_reader(pd.Series(texts * 2)).reader, CategoryReader)


def test_plain_numbers_and_dates_are_not_measurements() -> None:
    assert choose_reader(pd.Series([str(k) for k in range(30)])).reader == NumberReader()
    days = pd.Series(pd.date_range("2020-01-01", periods=30)).dt.strftime("%Y-%m-%d")
    assert choose_reader(days).reader == DatetimeReader()


def test_columns_declared_categorical_are_not_parsed() -> None:
    powers = pd.Series(POWERS)
    assert isinstance(choose_reader(powers, categorical=True).reader, CategoryReader)
    assert isinstance(choose_reader(powers.astype("category")).reader, CategoryReader)


@pytest.mark.parametrize(
    ("others", "repairs"),
    [
        ([None], ()),
        (["?", "NA"], (Repair.PLACEHOLDERS,)),
        (["bhp"], (Repair.NOT_NUMERIC,)),
        (["bhp", ""], (Repair.PLACEHOLDERS, Repair.NOT_NUMERIC)),
        (["90 PS"], ()),
    ],
)
def test_other_values_are_missing_and_reported(others: list, repairs: tuple) -> None:
    values = pd.Series(POWERS + others, dtype=object)
    choice = choose_reader(values)
    assert choice.reader == UnitReader()
    assert choice.repairs == repairs
    read = choice.reader.read(values)
    np.testing.assert_array_equal(read[: len(POWERS)], range(60, 160))
    np.testing.assert_array_equal(
        read[len(POWERS) :], [90.0 if each == "90 PS" else np.nan for each in others]
    )


def test_units_are_counted_by_row() -> None:
    texts = [f"{k} kg" for k in range(100)]
    assert detect_measurements([*texts, "none given"], [1] * 101) == (Repair.NOT_NUMERIC,)
    assert detect_measurements([*texts, "none given"], [1] * 100 + [6]) is None
    assert detect_measurements([*texts, "?"], [1] * 100 + [900]) == (Repair.PLACEHOLDERS,)
    assert detect_measurements([], []) is None


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(["74 bhp", "1,500 W", "other", None, "1e999"], dtype=object),
        pd.Series(["74 bhp", "1,500 W", "other", None, "1e999"], dtype="str"),
        pd.Series(["74 bhp", "1,500 W", "other", None, "1e999"], dtype="string"),
        pd.Series(["74 bhp", "1,500 W", "other", None, "1e999"], dtype="category"),
        pd.Series([74, "1,500", {}, pd.NA, 10**400], dtype=object),
        pd.Series([74, 1500, None, None, np.inf]),
        pd.Series([74, 1500, None, None, np.inf], dtype="Float64"),
    ],
    ids=lambda values: str(values.dtype),
)
def test_later_values_are_read_from_any_storage(values: pd.Series) -> None:
    np.testing.assert_array_equal(UnitReader().read(values), [74, 1500, np.nan, np.nan, np.inf])


def test_all_containers_are_encoded_alike() -> None:
    frame = pd.DataFrame({"power": POWERS, "price": [f"$ {k:,}" for k in range(950, 1050)]})
    expected = np.column_stack([np.arange(60, 160), np.arange(950, 1050)])
    later = pd.DataFrame({"power": ["70 PS", "fast"], "price": ["€5", None]})
    for table in (frame, frame.astype(object), frame.astype("string"), frame.to_numpy(object)):
        encoder = RawTableEncoder().fit(table)
        assert [column.kind for column in encoder.columns_] == [Kind.NUMERIC] * 2
        assert encoder.repairs_ == []
        for same in (frame, frame.astype("string"), frame.to_numpy(object)):
            np.testing.assert_array_equal(encoder.transform(same), expected)
        np.testing.assert_array_equal(encoder.transform(later), [[70, 5], [np.nan, np.nan]])


def test_the_message_names_the_column() -> None:
    frame = pd.DataFrame({"power": [*POWERS, "bhp"]})
    assert RawTableEncoder().fit(frame).repairs_ == [
        "text that is not a number was treated as missing in 'power'"
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", 12.5), ("1.234,56 €", 1234.56), ("-,5", -0.5), ("12", 12.0), ("12.5", math.nan)],
)
def test_the_decimal_mark_may_be_a_comma(text: str, number: float) -> None:
    assert parse_measurement(text, ",")[0] == pytest.approx(number, nan_ok=True)


def test_columns_with_decimal_commas_are_numeric() -> None:
    numbers = np.arange(40) / 4
    values = pd.Series([f"{number:.2f}".replace(".", ",") for number in numbers])
    choice = choose_reader(values)
    assert choice.repairs == ()
    np.testing.assert_array_equal(choice.reader.read(values), numbers)
    thousands = pd.Series([f"{number:,}" for number in range(1000, 40_000, 1000)])
    np.testing.assert_array_equal(
        choose_reader(thousands).reader.read(thousands), np.arange(1000, 40_000, 1000)
    )
