import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoskl.neural.distinct_rows import rows_of
from autoskl.neural.row_encoding import RowEncoder, layout_of

NAN = np.nan


def coded(X: np.ndarray, *, scaling: str = "robust", categorical=(), max_one_hot=9, new=None):
    rows = rows_of(X, np.zeros(len(X)), None)
    encoder = RowEncoder(layout_of([rows], categorical, max_one_hot), scaling).fit(rows)
    return encoder.transform(X if new is None else new)


def test_numbers_are_centred_scaled_and_clipped() -> None:
    X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    z = np.array([-1, -0.5, 0, 0.5, 1.0])
    np.testing.assert_allclose(coded(X)[:, 0], z / np.sqrt(1 + (z / 3) ** 2), rtol=1e-6)
    far = coded(X, new=np.array([[1e300], [-1e300]]))
    np.testing.assert_allclose(far[:, 0], [3, -3])


def test_constant_column_is_zero_and_zero_iqr_scales_by_half_the_range() -> None:
    X = np.column_stack([np.full(20, 7.0), np.r_[np.zeros(19), 10.0]])
    table = coded(X)
    np.testing.assert_array_equal(table[:, 0], 0)
    assert table[-1, 1] == pytest.approx(2 / np.sqrt(1 + 4 / 9))


def test_missing_numbers_become_the_median_with_an_indicator() -> None:
    X = np.array([[1.0], [2.0], [3.0], [NAN]])
    table = coded(X)
    np.testing.assert_array_equal(table[:, 1], [0, 0, 0, 1])
    assert table[3, 0] == 0


def test_categories_become_signs_one_hot_columns_or_codes() -> None:
    X = np.array([[0, 0, 0], [1, 1, 1], [0, 2, 2], [1, 0, 3], [NAN, NAN, NAN]], dtype=float)
    table = coded(X, scaling="normal", categorical=(0, 1, 2), max_one_hot=3)
    np.testing.assert_array_equal(table[:, 0], [-1, 1, -1, 1, 0])
    np.testing.assert_array_equal(table[:4, 1:4], np.eye(3)[[0, 1, 2, 0]])
    np.testing.assert_array_equal(table[4, 1:4], 0)
    np.testing.assert_array_equal(table[:, 4], [1, 2, 3, 4, 0])


def test_one_hot_columns_are_scaled_like_numbers() -> None:
    X = np.array([[0.0, 0.0]] * 12 + [[1.0, 1.0]] + [[1.0, 2.0], [NAN, NAN]])
    table = coded(X, categorical=(0, 1))
    scaled = 2 / np.sqrt(1 + 4 / 9)  # half the range replaces a zero interquartile range
    np.testing.assert_allclose(
        table[[0, 12, 14], 0], [0, scaled, 1 / np.sqrt(1 + 1 / 9)], rtol=1e-6
    )
    np.testing.assert_allclose(table[:13, 1], [0] * 12 + [-scaled], rtol=1e-6)
    np.testing.assert_allclose(table[[0, 12, 13, 14], 2], [0, scaled, 0, 0], rtol=1e-6)


def test_codes_without_training_rows_count_as_unseen() -> None:
    X = np.array([[0.0], [3.0]])
    new = np.array([[0.0], [1.0], [3.0], [9.0]])
    table = coded(X, categorical=(0,), max_one_hot=1, new=new)
    np.testing.assert_array_equal(table[:, 0], [1, 0, 4, 0])


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_normal_scaling_keeps_the_order_and_is_finite(values: list[float]) -> None:
    X = np.array(values)[:, np.newaxis]
    table = coded(X, scaling="normal")[:, 0]
    assert np.isfinite(table).all()
    assert (np.diff(table[np.argsort(X[:, 0], kind="stable")]) >= -1e-6).all()


@pytest.mark.parametrize("scaling", ["robust", "normal"])
def test_weights_equal_repeated_rows(scaling: str) -> None:
    rng = np.random.default_rng(0)
    X, weight = rng.normal(size=(30, 2)), rng.integers(1, 4, 30)
    layout = layout_of([rows_of(X, np.zeros(30), None)], (), 9)
    repeated = rows_of(np.repeat(X, weight, axis=0), np.zeros(weight.sum()), None)
    weighted = rows_of(X, np.zeros(30), weight.astype(float))
    first, second = (RowEncoder(layout, scaling).fit(r).transform(X) for r in (repeated, weighted))
    np.testing.assert_allclose(first, second, rtol=1e-6)
