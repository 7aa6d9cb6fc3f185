from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autoskl.tables.categories import CategoryReader
from autoskl.tables.numeric import BooleanReader, NumberReader
from autoskl.tables.reader_choice import choose_reader
from autoskl.tables.repairs import Repair
from autoskl.tables.times import DatetimeReader, TimedeltaReader
from autoskl.tables.units import UnitReader


def objects(*values: object) -> pd.Series:
    return pd.Series(list(values), dtype=object)


@pytest.mark.parametrize(
    ("values", "reader"),
    [
        (pd.Series([1, 2]), NumberReader),
        (pd.Series([1, None], dtype="UInt8"), NumberReader),
        (objects(1, 2.5, True, None), NumberReader),
        (objects(Decimal("0.1"), Fraction(1, 3), 2**70), NumberReader),
        (objects(None, np.nan, pd.NA), NumberReader),
        (pd.Series(["12", "3.5"]), NumberReader),
        (pd.Series([True, False]), BooleanReader),
        (pd.Series([True, None], dtype="boolean"), BooleanReader),
        (objects(True, np.False_, None), BooleanReader),
        (pd.Series(pd.to_datetime(["2020-01-01"])), DatetimeReader),
        (pd.Series(["2020-01-01", "2020-02-20 10:00"]), DatetimeReader),
        (objects(dt.date(2020, 1, 1), dt.datetime(2020, 1, 1), pd.NaT), DatetimeReader),
        (pd.Series(pd.period_range("2020", periods=2)).astype(object), DatetimeReader),
        (pd.Series(pd.to_timedelta([1], unit="s")), TimedeltaReader),
        (objects(dt.timedelta(1), np.timedelta64(1, "s")), TimedeltaReader),
        (pd.Series(["a", "12"]), CategoryReader),
        (pd.Series([1, 2]).astype("category"), CategoryReader),
        (objects(b"a", b"b"), CategoryReader),
        (objects(dt.time(1), dt.time(2)), TimedeltaReader),
        (pd.Series(["18:30", "07:05"]), TimedeltaReader),
        (pd.Series(["24.12.2020", "1.2.2021"]), DatetimeReader),
    ],
    ids=lambda case: f"{case.dtype}-{case.iloc[0]}" if isinstance(case, pd.Series) else "",
)
def test_every_kind_of_values_has_its_reader(values: pd.Series, reader: type) -> None:
    choice = choose_reader(values)
    assert type(choice.reader) is reader
    assert choice.repairs == ()
    assert type(choose_reader(values[::-1]).reader) is reader


def test_columns_declared_categorical_are_categorical() -> None:
    reader = choose_reader(pd.Series(["12", "3"]), categorical=True).reader
    assert isinstance(reader, CategoryReader)
    assert reader.levels == ("3", "12")


@pytest.mark.parametrize(
    ("values", "repair"),
    [
        (objects(1, "a"), Repair.MIXED),
        (objects("a", dt.date(2020, 1, 1)), Repair.MIXED),
        (objects([1], {"a": 2}), Repair.NESTED),
        (objects("a", {1}), Repair.NESTED),
        (objects((1, [2]), (1, [3])), Repair.NESTED),
        (objects(pd.Series([1]), pd.Series([2])), Repair.NESTED),
        (pd.Series(["1", "?"]), Repair.PLACEHOLDERS),
        (pd.Series(["2020-01-01", ""]), Repair.PLACEHOLDERS),
    ],
)
def test_repairs_are_reported(values: pd.Series, repair: Repair) -> None:
    assert choose_reader(values).repairs == (repair,)


def test_codes_that_differ_in_nearly_every_row_are_identifiers() -> None:
    keys = pd.Series([f"key {k}" for k in range(100)])
    assert choose_reader(keys).reader is None
    assert choose_reader(keys).repairs == (Repair.IDENTIFIER,)
    assert choose_reader(keys.str[:5]).reader is not None, "few distinct values"
    assert choose_reader(keys[:19]).reader is not None, "too few rows to tell"
    assert choose_reader(keys.astype("category")).reader is not None, "declared"
    assert choose_reader(keys, categorical=True).reader is not None, "listed"


@pytest.mark.parametrize("values", [pd.Series([1j]), objects(1.0, 1j), objects(np.complex64(1))])
def test_complex_numbers_are_rejected(values: pd.Series) -> None:
    with pytest.raises(ValueError, match="Complex data not supported"):
        choose_reader(values)


def test_strict_tables_reject_values_that_are_not_scalars() -> None:
    with pytest.raises(TypeError, match=r"argument must be a string or a real number, not 'dict'"):
        choose_reader(objects(1, {}), strict=True)


@pytest.mark.parametrize(
    "keys",
    [
        pd.Series([2**60 + k for k in range(30)]),
        pd.Series([2**60 + k for k in range(30)], dtype="Int64"),
        objects(*(10**30 + k for k in range(30))),
        pd.Series([2**63 + k for k in range(30)], dtype="uint64"),
    ],
    ids=lambda keys: str(keys.dtype),
)
def test_huge_distinct_integers_are_identifiers(keys: pd.Series) -> None:
    assert choose_reader(keys).reader is None
    assert choose_reader(keys[:19]).reader is not None, "too few rows to tell"
    assert choose_reader(pd.concat([keys] * 2)).reader is not None, "they repeat"
    assert choose_reader(pd.Series(range(30))).reader is not None


NUMBERS = [float(k) / 4 for k in range(100)]
DAYS = [dt.date(2020, 1, 1) + dt.timedelta(days=k) for k in range(30)]
LENGTHS = [dt.timedelta(minutes=k) for k in range(30)]


@pytest.mark.parametrize(
    ("values", "reader", "repairs"),
    [
        ([*NUMBERS, "n/a", ""], NumberReader, (Repair.PLACEHOLDERS,)),
        ([*NUMBERS, "3.5"], NumberReader, ()),
        ([*NUMBERS, "unknown"], UnitReader, (Repair.NOT_NUMERIC,)),
        ([*NUMBERS, "74 bhp"], UnitReader, ()),
        ([*DAYS, ""], DatetimeReader, (Repair.PLACEHOLDERS,)),
        ([*DAYS, "2020-02-01"], DatetimeReader, ()),
        ([*DAYS, "31.12.2020", "?"], DatetimeReader, (Repair.PLACEHOLDERS,)),
        ([*LENGTHS, "-"], TimedeltaReader, (Repair.PLACEHOLDERS,)),
        ([*LENGTHS, "01:30"], TimedeltaReader, ()),
    ],
)
def test_strings_among_other_values_are_parsed_or_missing(
    values: list[Any], reader: type, repairs: tuple[Repair, ...]
) -> None:
    choice = choose_reader(objects(*values))
    assert isinstance(choice.reader, reader)
    assert choice.repairs == repairs
    read = choice.reader.read(objects(*values))
    n_missing = sum(str(value) in ("n/a", "", "unknown", "?", "-") for value in values)
    assert np.isnan(read).sum() == n_missing


@pytest.mark.parametrize(
    "values", [[*NUMBERS[:5], "a"], [True, False, "x"], [*DAYS, "soon"], [*LENGTHS, "long"]]
)
def test_unparsable_strings_among_other_values_make_categories(values: list[Any]) -> None:
    choice = choose_reader(objects(*values * 2))
    assert isinstance(choice.reader, CategoryReader)
    assert choice.repairs == (Repair.MIXED,)
