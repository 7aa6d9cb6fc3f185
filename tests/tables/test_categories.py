from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

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
    label = float(label_of(number))
    with np.errstate(over="ignore"):
        single = np.float32(number)
        assert label == number or (single == number and np.float32(label) == single)


@LAW
@given(st.floats(0, 100).map(lambda number: round(number, 3)))
def test_numbers_are_the_same_category_in_single_precision(number: float) -> None:
    single = np.float32(number)
    assert label_of(number) == label_of(single) == label_of(float(single))


@pytest.mark.parametrize("later", ["float32", "Float32", "category"])
def test_categories_of_numbers_are_known_in_single_precision(later: str) -> None:
    numbers = pd.Series([0.1, 0.2, 1e-4])
    reader = learn_categories(numbers)
    assert reader.levels == ("0.0001", "0.1", "0.2")
    single = numbers.astype("float32")
    for values in (single, single.astype(later), single.astype("float64")):
        np.testing.assert_array_equal(reader.read(values), [1, 2, 0])


def test_decimals_are_the_numbers_that_they_are() -> None:
    exact = Decimal("0.1000000000000000000001")
    assert label_of(Decimal("0.10")) == label_of(0.1) == "0.1"
    assert label_of(exact) == str(exact)


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_moments_are_the_same_category_in_every_unit(unit: str) -> None:
    moments = pd.Series(np.array(["2020-01-02", "2020-01-01"], dtype="datetime64[us]"))
    reader = learn_categories(moments)
    later = moments.astype(f"datetime64[{unit}]")
    np.testing.assert_array_equal(reader.read(later), [1, 0])


def test_readers_are_pickled() -> None:
    reader = learn_categories(pd.Series(["b", "a"]))
    copy = pickle.loads(pickle.dumps(reader))
    assert copy == reader
    np.testing.assert_array_equal(copy.read(pd.Series(["b", "c"])), [1, np.nan])


def test_half_a_surrogate_pair_may_stand_beside_other_types() -> None:
    values = pd.Series(["\ud800", 1, None], dtype=object)
    reader = learn_categories(values)
    np.testing.assert_array_equal(reader.read(values), [1, 0, np.nan])


def test_sets_have_one_label_whatever_their_order() -> None:
    one, other = {0, 8}, {8, 0}
    assert str(one) != str(other)
    assert label_of(one) == label_of(other) == label_of(frozenset(other))
    assert label_of(set()) == "set()"


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([np.datetime64("2020-01"), np.datetime64("2020-01-01")], ("2020-01-01 00:00:00",)),
        ([np.timedelta64(1, "h"), np.timedelta64(60, "m")], ("1:00:00",)),
        ([Fraction(10**400, 3), 2], (f"{10**400}/3", "2")),
        ([memoryview(b"a"), b"a"], ("a",)),
    ],
)
def test_labels_of_unusual_types(values: list[object], levels: tuple[str, ...]) -> None:
    objects = pd.Series(values, dtype=object)
    reader = learn_categories(objects)
    assert reader.levels == levels
    one_by_one = [reader.read(objects[[row]])[0] for row in range(2)]
    np.testing.assert_array_equal(reader.read(objects), one_by_one)
