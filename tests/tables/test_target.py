from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import DataConversionWarning

from autoskl.tables.target import ClassEncoder, check_regression_target
from tests.tables.strategies import LAW


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (["b", "a", "b"], ["a", "b"]),
        ([3, 1, 3], [1, 3]),
        ([2.0, 0.0, 2.0], [0.0, 2.0]),
        ([True, False, True], [False, True]),
        (np.array([3, 1, 3], dtype=object), [1, 3]),
        (np.array([True, False, True], dtype=object), [False, True]),
        (pd.Series(["b", "a", "b"], index=[7, 7, 1]), ["a", "b"]),
        (pd.Series(["b", "a", "b"], dtype="string"), ["a", "b"]),
        (pd.Series([3, 1, 3], dtype="Int64"), [1, 3]),
        (pd.Series([True, False, True], dtype="boolean"), [False, True]),
        (pd.Categorical(["b", "a", "b"], categories=["unused", "b", "a"]), ["a", "b"]),
        (pd.Series(pd.Categorical([3, 1, 3])), [1, 3]),
        (["b", "b", "b"], ["b"]),
    ],
    ids=lambda case: f"{type(case).__name__}-{getattr(case, 'dtype', '')}",
)
def test_classes_are_sorted_and_keep_their_type(y: object, classes: list) -> None:
    encoder = ClassEncoder()
    codes = encoder.fit_transform(y)
    assert codes.dtype == np.int64
    assert encoder.classes_.tolist() == classes
    assert all(type(a) is type(b) for a, b in zip(encoder.classes_.tolist(), classes, strict=True))
    assert encoder.inverse_transform(codes).tolist() == list(y)
    assert encoder.transform(y).tolist() == codes.tolist()


@LAW
@given(st.lists(st.text(max_size=3), min_size=4).map(lambda texts: texts * 2))
def test_inverse_transform_restores_the_labels(y: list) -> None:
    encoder = ClassEncoder()
    assert encoder.inverse_transform(encoder.fit_transform(np.array(y, dtype=object))).tolist() == y


@pytest.mark.parametrize("read", [ClassEncoder().fit_transform, check_regression_target])
@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0.0, np.nan, 1.0], r"Input y contains NaN\.\n1 of 3 target values are missing"),
        ([1, None, None], r"Input y contains NaN\.\n2 of 3 target values"),
        (pd.Series([1, None, 0], dtype="Int64"), r"Input y contains NaN\.\n1 of 3"),
        (pd.Series(["1", None, "0"]), r"Input y contains NaN\.\n1 of 3"),
        (np.ma.masked_array([0, 1, 0], mask=[True, False, False]), r"NaN\.\n1 of 3 target values"),
        ([0.0, np.inf], r"Input y contains infinity .* dtype\('float64'\)\.\n1 of 2 target values"),
        ([[0, 1], [1, 0]], r"y should be a 1d array, got an array of shape \(2, 2\) instead"),
        ([1j, 2j], "Complex data not supported"),
        (pd.DataFrame([[0, 1], [1, 0]], columns=["y", "y"]), r"1d array, .* shape \(2, 2\)"),
        (None, "requires y to be passed, but the target y is None"),
    ],
)
def test_invalid_targets_are_rejected(read, y: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(y)


@pytest.mark.parametrize("read", [ClassEncoder().fit_transform, check_regression_target])
@pytest.mark.parametrize("y", [np.array([[0], [1], [0]]), pd.DataFrame({"y": [0, 1, 0]})])
def test_a_column_is_flattened_with_a_warning(read, y: object) -> None:
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
        assert read(y).tolist() == [0, 1, 0]


def test_labels_of_different_types_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"different types \(int, str\), .*astype\(str\)"):
        ClassEncoder().fit_transform(np.array([1, "a", 1, "a"], dtype=object))


def test_continuous_labels_are_rejected() -> None:
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        ClassEncoder().fit_transform([0.5, 1.5, 2.5])


def test_unseen_labels_are_named() -> None:
    encoder = ClassEncoder()
    encoder.fit_transform(["a", "b", "a", "b"])
    with pytest.raises(ValueError, match="previously unseen labels: 'c', 'd'"):
        encoder.transform(["d", "a", "c"])


@pytest.mark.parametrize(
    "y",
    [
        [1, 2],
        np.array([1, 2], dtype=np.float32),
        np.array([1, 2], dtype=object),
        ["1", "2.0"],
        pd.Series([1, 2], dtype="Int64"),
        np.arange(4)[1:3],
        np.ma.masked_array([1, 2]),
        np.array([9, 1, 9, 2])[1::2],
    ],
    ids=lambda y: f"{type(y).__name__}-{getattr(y, 'dtype', '')}",
)
def test_regression_targets_are_float64(y: object) -> None:
    values = check_regression_target(y)
    assert values.dtype == np.float64
    assert values.flags.c_contiguous
    assert values.tolist() == [1.0, 2.0]


def test_regression_requires_numbers() -> None:
    with pytest.raises(ValueError, match=r"must hold numbers .* convert string .*AutoClassifier"):
        check_regression_target(["a", "b"])
    with pytest.raises(ValueError, match=r"y must hold numbers .*'dict'"):
        check_regression_target(np.array([{}, {}]))
    with pytest.raises(ValueError, match=r"must hold numbers .* dtype datetime64"):
        check_regression_target(pd.Series(pd.to_datetime(["2020-01-01"])))


@pytest.mark.parametrize("labels", [[np.nan, "u", "v"], [None, "u", "v"]])
def test_missing_labels_in_a_list_are_rejected(labels: list[object]) -> None:
    with pytest.raises(ValueError, match="1 of 3 target values are missing"):
        ClassEncoder().fit_transform(labels)


def test_labels_of_different_types_in_a_list_are_rejected() -> None:
    with pytest.raises(ValueError, match="labels of different types"):
        ClassEncoder().fit_transform([1, "u", "v"])


def test_integers_beyond_64_bits_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"do not fit into 64 bits.* numpy.*astype\(str\)"):
        ClassEncoder().fit_transform([2**70, 2**71] * 3)


@pytest.mark.parametrize("wrap", [list, lambda y: np.array(y, dtype=object)])
def test_unsigned_labels_stay_exact(wrap) -> None:
    encoder = ClassEncoder()
    encoder.fit_transform(wrap([2**63, 2**63 + 1, 0]))
    assert encoder.classes_.tolist() == [0, 2**63, 2**63 + 1]


def test_targets_whose_squares_overflow_are_rejected() -> None:
    with pytest.raises(ValueError, match=r"up to 3e\+300, whose .* Divide y .*such as 3e\+300"):
        check_regression_target([1.0, -3e300])
    with pytest.raises(ValueError, match=r"must hold numbers .* too large"):
        check_regression_target([1, 10**400])


def test_text_in_a_list_stays_text() -> None:
    encoder = ClassEncoder()
    encoder.fit_transform(["v", "u"])
    assert encoder.classes_.dtype.kind == "U"


@pytest.mark.parametrize("label", [Decimal(1), dt.date(2020, 1, 1)])
def test_labels_that_cannot_be_scored_are_named(label: object) -> None:
    with pytest.raises(ValueError, match=rf"labels of type {type(label).__name__}, which"):
        ClassEncoder().fit_transform(np.array([label, label], dtype=object))


def test_no_labels_have_no_common_type() -> None:
    assert ClassEncoder().fit_transform(np.array([], dtype=object)).size == 0
