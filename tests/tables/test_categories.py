from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.categories import CategoryReader, category_label, learn_categories
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


def test_booleans_are_not_numbers() -> None:
    values = pd.Series([True, 1, 1.0, "True"], dtype=object)
    reader = learn_categories(values)
    assert reader.levels == ("1", "True")
    np.testing.assert_array_equal(reader.read(values), [1, 0, 0, 1])


def test_ordered_categories_keep_their_order() -> None:
    sizes = pd.Categorical(["s", "l"], categories=["s", "m", "l"], ordered=True)
    reader = learn_categories(pd.Series(sizes))
    assert (reader.kind, reader.levels) == (Kind.ORDINAL, ("s", "m", "l"))
    assert CategoryReader(("a",)).kind is Kind.CATEGORICAL


@LAW
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_labels_of_numbers_are_exact(number: float) -> None:
    label = float(category_label(number))
    with np.errstate(over="ignore"):
        single = np.float32(number)
        assert label == number or (single == number and np.float32(label) == single)


@LAW
@given(st.floats(0, 100).map(lambda number: round(number, 3)))
def test_numbers_are_the_same_category_in_float32(number: float) -> None:
    single = np.float32(number)
    assert category_label(number) == category_label(single) == category_label(float(single))


@pytest.mark.parametrize("later", ["float32", "Float32", "category"])
def test_numeric_categories_are_recognised_in_float32(later: str) -> None:
    numbers = pd.Series([0.1, 0.2, 1e-4])
    reader = learn_categories(numbers)
    assert reader.levels == ("0.0001", "0.1", "0.2")
    single = numbers.astype("float32")
    for values in (single, single.astype(later), single.astype("float64")):
        np.testing.assert_array_equal(reader.read(values), [1, 2, 0])


def test_decimals_have_the_labels_of_equal_floats() -> None:
    exact = Decimal("0.1000000000000000000001")
    assert category_label(Decimal("0.10")) == category_label(0.1) == "0.1"
    assert category_label(exact) == str(exact)


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_datetimes_are_the_same_category_in_every_unit(unit: str) -> None:
    moments = pd.Series(np.array(["2020-01-02", "2020-01-01"], dtype="datetime64[us]"))
    reader = learn_categories(moments)
    later = moments.astype(f"datetime64[{unit}]")
    np.testing.assert_array_equal(reader.read(later), [1, 0])


def test_a_date_is_the_same_category_in_every_type() -> None:
    texts = ["2020-01-02", "2020-01-01", "2020-01-01 12:00:00"]
    moments = [pd.Timestamp(text) for text in texts]
    reader = learn_categories(pd.Series(moments))
    assert reader.levels == ("2020-01-01", "2020-01-01 12:00:00", "2020-01-02")
    dates = [moment.date() for moment in moments[:2]]
    for values in (texts, moments, dates, [m.to_pydatetime() for m in moments]):
        codes = reader.read(pd.Series(values, dtype=object))
        np.testing.assert_array_equal(codes, [2, 0, 1][: len(values)])


def test_readers_can_be_pickled() -> None:
    reader = learn_categories(pd.Series(["b", "a"]))
    copy = pickle.loads(pickle.dumps(reader))
    assert copy == reader
    np.testing.assert_array_equal(copy.read(pd.Series(["b", "c"])), [1, np.nan])


def test_lone_surrogates_are_allowed_beside_other_types() -> None:
    values = pd.Series(["\ud800", 1, None], dtype=object)
    reader = learn_categories(values)
    np.testing.assert_array_equal(reader.read(values), [1, 0, np.nan])


def test_equal_sets_have_the_same_label() -> None:
    one, other = {0, 8}, {8, 0}
    assert str(one) != str(other)
    assert category_label(one) == category_label(other) == category_label(frozenset(other))
    assert category_label(set()) == "set()"


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([np.datetime64("2020-01"), np.datetime64("2020-01-01")], ("2020-01-01",)),
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
