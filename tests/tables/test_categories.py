from __future__ import annotations

import pickle
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.categories import CategoryReader, label_of, learn_categories
from autoskl.tables.columns import Kind
from tests.tables.strategies import LAW

# pandas 2 takes "\0" for "" in some of its storages.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3)
TEXTS = st.lists(st.one_of(st.none(), TEXT), min_size=1, max_size=20)


@LAW
@given(TEXTS)
def test_codes_stand_for_the_same_labels(texts: list) -> None:
    values = pd.Series(texts, dtype=object)
    reader = learn_categories(values)
    decoded = [None if np.isnan(c) else reader.levels[int(c)] for c in reader.read(values)]
    assert decoded == texts


@LAW
@given(TEXTS, st.randoms(use_true_random=False))
def test_codes_depend_neither_on_order_nor_on_storage(texts: list, random) -> None:
    shuffled = sorted(texts, key=lambda text: random.random())
    reader = learn_categories(pd.Series(texts, dtype=object))
    assert learn_categories(pd.Series(shuffled, dtype=object)) == reader
    assert learn_categories(pd.Series(texts, dtype="category")) == reader


def test_numbers_are_ordered_as_numbers() -> None:
    assert learn_categories(pd.Series([10, 9, 2.5])).levels == ("2.5", "9", "10")
    assert learn_categories(pd.Series(["10", "9", "x"])).levels == ("10", "9", "x")


def test_categories_match_by_value_not_by_code() -> None:
    reader = learn_categories(
        pd.Series(pd.Categorical(["a", "b"], categories=["b", "a", "unused"]))
    )
    assert reader.levels == ("a", "b")
    later = pd.Series(pd.Categorical(["b", "new", None], categories=["new", "b"]))
    np.testing.assert_array_equal(reader.read(later), [1, np.nan, np.nan])


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, 2, 3]),
        pd.Series([1.0, 2.0, np.nan]),
        pd.Series(["1", "2", "z"]),
        pd.Series([1, 2, None], dtype="Int64"),
        pd.Series([Decimal("1.0"), Decimal(2), None], dtype=object),
        pd.Series([b"1", "2", []], dtype=object),
        pd.Series([1, 2, None]).astype("category"),
    ],
    ids=lambda values: str(values.dtype),
)
def test_equal_values_of_other_types_are_the_same_category(values: pd.Series) -> None:
    np.testing.assert_array_equal(CategoryReader(("1", "2")).read(values), [0, 1, np.nan])


def test_truth_values_are_not_numbers() -> None:
    values = pd.Series([True, 1, 1.0, "True"], dtype=object)
    reader = learn_categories(values)
    assert reader.levels == ("1", "True")
    np.testing.assert_array_equal(reader.read(values), [1, 0, 0, 1])


def test_an_order_of_the_user_is_kept() -> None:
    sizes = pd.Categorical(["s", "l"], categories=["s", "m", "l"], ordered=True)
    reader = learn_categories(pd.Series(sizes))
    assert (reader.kind, reader.levels) == (Kind.ORDINAL, ("s", "m", "l"))
    assert CategoryReader(("a",)).kind is Kind.CATEGORICAL


@LAW
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_labels_of_numbers_are_exact(number: float) -> None:
    assert float(label_of(number)) == number


def test_readers_are_pickled() -> None:
    reader = learn_categories(pd.Series(["b", "a"]))
    copy = pickle.loads(pickle.dumps(reader))
    assert copy == reader
    np.testing.assert_array_equal(copy.read(pd.Series(["b", "c"])), [1, np.nan])
