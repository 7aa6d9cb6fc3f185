from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.numeric import (
    BooleanReader,
    NumberReader,
    detect_numbers,
    parse_number,
)
from autoskl.tables.repairs import Repair
from tests.tables.strategies import LAW


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, None, 0], dtype="float32"),
        pd.Series([1, None, 0], dtype="Int64"),
        pd.Series([1, None, 0], dtype="Float32"),
        pd.Series([True, None, False], dtype="boolean"),
        pd.Series(pd.arrays.SparseArray([1.0, np.nan, 0.0])),
        pd.Series([Decimal(1), None, False], dtype=object),
        pd.Series([np.float32(1), pd.NA, 0], dtype=object),
        pd.Series(["1", "none", "0.0"], dtype=object),
        pd.Series(["1", None, " 0 "], dtype="string"),
        pd.Series([1, "a", 0], dtype=object).astype("category"),
        pd.Series([1, {}, 0], dtype=object),
    ],
    ids=lambda values: str(values.dtype),
)
def test_numbers_are_read_from_any_storage(values: pd.Series) -> None:
    np.testing.assert_array_equal(NumberReader().read(values), [1, np.nan, 0])


def test_datetimes_and_complex_values_are_not_numbers() -> None:
    strange = [np.datetime64("2020-01-01", "ns"), np.timedelta64(5, "ns"), np.complex64(1 + 2j)]
    assert np.isnan(NumberReader().read(pd.Series(strange, dtype=object))).all()


def test_integers_beyond_float64_are_infinite() -> None:
    values = pd.Series([10**400, -(10**400), 2**64], dtype=object)
    np.testing.assert_array_equal(NumberReader().read(values), [np.inf, -np.inf, 2.0**64])


@LAW
@given(st.floats(allow_nan=False))
def test_numbers_are_parsed_exactly(number: float) -> None:
    assert parse_number(repr(number)) == number


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["12", "3.5"], ()),
        (["12", "?", " NA "], (Repair.PLACEHOLDERS,)),
        (["12", "a"], None),
        (["?", "NA"], None),
        (["1_000"], None),
        ([], None),
    ],
)
def test_numbers_are_detected_if_all_values_are(texts: list, expected: tuple | None) -> None:
    assert detect_numbers(texts) == expected


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([True, False, None], dtype=object),
        pd.Series([True, False, None], dtype="boolean"),
        pd.Series([1.0, 0.0, 7.0]),
        pd.Series(["True", "false ", "maybe"]),
        pd.Series([True, "0", []], dtype=object),
    ],
)
def test_booleans_are_read_from_any_storage(values: pd.Series) -> None:
    np.testing.assert_array_equal(BooleanReader().read(values), [1, 0, np.nan])
