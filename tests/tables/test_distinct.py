from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoskl.tables.distinct import factorize, present_types, unhashable_types


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


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_datetimes_are_the_same_objects_in_every_unit(unit: str) -> None:
    moments = pd.Series(np.array(["2020-01-01", "NaT"], dtype=f"datetime64[{unit}]"))
    assert factorize(moments)[1] == [pd.Timestamp("2020-01-01")]
    lengths = pd.Series(np.array([1, "NaT"], dtype=f"timedelta64[{unit}]"))
    assert factorize(lengths)[1] == [pd.Timedelta(1, unit)]
