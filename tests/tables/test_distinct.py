from __future__ import annotations

import numpy as np
import pandas as pd

from autoskl.tables.distinct import factorize, present_types


def test_missing_values_have_no_type() -> None:
    values = pd.Series([1, "a", None, np.nan, pd.NA, pd.NaT], dtype=object)
    assert present_types(values) == {int, str}


def test_each_value_has_one_code() -> None:
    codes, values = factorize(pd.Series(["b", None, "a", "b"], dtype=object))
    assert (codes.tolist(), values) == ([0, -1, 1, 0], ["b", "a"])


def test_lists_are_taken_by_their_text() -> None:
    codes, values = factorize(pd.Series([[1], {}, [1], None, 2], dtype=object))
    assert (codes.tolist(), values) == ([0, 1, 0, -1, 2], ["[1]", "{}", 2])
