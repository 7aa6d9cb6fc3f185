from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from autoskl.tables.distinct import factorize, present_types, stable_text, unhashable_types


def test_missing_values_have_no_type() -> None:
    values = pd.Series([1, "a", None, np.nan, pd.NA, pd.NaT], dtype=object)
    assert present_types(values) == {int, str}


def test_each_value_has_one_code() -> None:
    codes, values = factorize(pd.Series(["b", None, "a", "b"], dtype=object))
    assert (codes.tolist(), values) == ([0, -1, 1, 0], ["b", "a"])


def test_lists_are_replaced_by_their_text() -> None:
    codes, values = factorize(pd.Series([[1], {}, [1], None, 2], dtype=object))
    assert (codes.tolist(), values) == ([0, 1, 0, -1, 2], ["[1]", "{}", 2])


def test_tuples_that_hold_lists_are_replaced_by_their_text() -> None:
    values = pd.Series([(1, [2]), (1, 2), (1, [2]), None, {3}], dtype=object)
    codes, distinct = factorize(values)
    assert (codes.tolist(), distinct) == ([0, 1, 0, -1, 2], ["(1, [2])", (1, 2), "{3}"])
    assert unhashable_types(values) == {tuple, set}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], np.array([1.0, 2.0])),
        ([1, None, "a"], np.array([1, np.nan, "a"], dtype=object)),
        ([1.5, None], np.array([1.5, np.nan])),
        ([[1], ["a"]], np.array([np.array([1]), np.array(["a"])], dtype=object)),
        ([None, None], [pd.NA, pd.NaT]),
        ({"b": 1, "a": [2]}, {"a": np.array([2]), "b": np.int8(1), "c": None}),
        ([dt.datetime(2020, 1, 1)], np.array(["2020-01-01"], dtype="datetime64[ns]")),
        ([dt.date(2020, 1, 1)], np.array(["2020-01-01"], dtype="datetime64[ms]")),
        ([{"b", "a"}], [frozenset({"a", "b"})]),
    ],
)
def test_equal_collections_have_the_same_text(one: object, other: object) -> None:
    assert stable_text(one) == stable_text(other)


def test_different_collections_have_different_texts() -> None:
    long = np.arange(2_000.0)
    changed = np.where(long == 1_000, -1, long)
    collections = [long, changed, ["a, b"], ["a", "b"], ("a", "b"), [1], ["1"], [None], ["None"]]
    assert len(set(map(stable_text, collections))) == len(collections)


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_datetimes_are_the_same_objects_in_every_unit(unit: str) -> None:
    moments = pd.Series(np.array(["2020-01-01", "NaT"], dtype=f"datetime64[{unit}]"))
    assert factorize(moments)[1] == [pd.Timestamp("2020-01-01")]
    lengths = pd.Series(np.array([1, "NaT"], dtype=f"timedelta64[{unit}]"))
    assert factorize(lengths)[1] == [pd.Timedelta(1, unit)]
