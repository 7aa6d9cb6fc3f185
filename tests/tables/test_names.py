from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.tables.names import match_labels, normalize_labels, select_columns, unique_names
from tests.tables.strategies import LAW

LABELS = st.lists(
    st.one_of(
        st.text(max_size=3), st.integers(-3, 3), st.tuples(st.sampled_from("ab"), st.integers(0, 2))
    ),
    max_size=12,
).map(tuple)


@LAW
@given(LABELS)
def test_names_are_unique_strings(labels: tuple) -> None:
    names = unique_names(labels)
    assert len(set(names)) == len(labels)
    assert all(isinstance(name, str) for name in names)


@LAW
@given(LABELS)
def test_the_first_column_of_each_name_keeps_it(labels: tuple) -> None:
    texts = [str(label) for label in labels]
    names = unique_names(labels)
    assert all(names[texts.index(text)] == text for text in texts)


def test_a_new_name_does_not_take_one_in_use() -> None:
    assert unique_names(("a", "a.1", "a", "a")) == ("a", "a.1", "a.2", "a.3")


@LAW
@given(LABELS, st.randoms(use_true_random=False))
def test_columns_are_matched_in_any_order(labels: tuple, random) -> None:
    order = sorted(range(len(labels)), key=lambda k: (random.random(), k))
    shuffled = tuple(labels[k] for k in order)
    found = match_labels(labels, shuffled, range(len(labels)))
    assert sorted(found) == list(range(len(labels)))
    assert tuple(shuffled[k] for k in found) == labels


def test_missing_names_are_matched() -> None:
    missing = [float("nan"), np.float64("nan"), None, pd.NA, pd.NaT]
    assert normalize_labels(missing) == (None,) * 5
    assert normalize_labels([("a", float("nan")), "nan"]) == (("a", None), "nan")


def test_columns_with_equal_names_are_matched_in_order() -> None:
    assert match_labels(("a", "b", "a"), ("x", "a", "a", "b"), [0, 1, 2]) == [1, 3, 2]


def test_only_needed_columns_must_be_present() -> None:
    assert match_labels(("a", "b"), ("b",), [1]) == [0]
    with pytest.raises(ValueError, match=r"now missing: 'a'\. Add these columns"):
        match_labels(("a", "b"), ("b",), [0, 1])


@pytest.mark.parametrize(
    "selection",
    [["b", "d"], ["d", "b"], [1, 3], [-3, -1], np.array([1, 3]), [False, True, False, True]],
)
def test_columns_are_selected_by_name_position_or_mask(selection: object) -> None:
    mask = select_columns(selection, ("a", "b", "c", "d"), 4)
    assert mask.tolist() == [False, True, False, True]


def test_columns_of_several_levels_are_selected_by_tuple() -> None:
    assert select_columns([("a", 1)], (("a", 0), ("a", 1)), 2).tolist() == [False, True]


def test_a_column_without_a_name_is_selected_by_a_missing_value() -> None:
    assert select_columns([float("nan")], ("a", None), 2).tolist() == [False, True]


def test_the_selection_may_be_empty() -> None:
    assert not select_columns([], ("a",), 1).any()


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (["colour"], r"'colour', which is not a column of X\. Did you mean 'Colour'\?"),
        (["zzz"], r"'zzz', which is not a column of X\. Known names: 'Colour', 'size'\."),
        ([4], "lists column 4, but the positions of the columns of X are 0 to 1"),
        ([True], "has length 1, but the number of columns of X is 2"),
        ("auto", r"must be 'from_dtype', or a list .* Got 'auto' instead"),
        (3, r"must be 'from_dtype', or a list .* Got 3 instead"),
    ],
)
def test_invalid_selections_are_explained(selection: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        select_columns(selection, ("Colour", "size"), 2)


def test_selecting_by_name_requires_column_names() -> None:
    with pytest.raises(ValueError, match="X has no column names"):
        select_columns(["a"], None, 2)
