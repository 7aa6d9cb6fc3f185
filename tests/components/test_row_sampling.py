from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoskl.components.fitting.row_sampling import draw_rows


def test_all_rows_are_used_if_no_sampling_is_needed() -> None:
    assert draw_rows(10, None, max_rows=None, takes_weights=False, seed=0) is None
    assert draw_rows(10, np.ones(10), max_rows=10, takes_weights=False, seed=0) is None


def test_rows_of_weight_zero_are_dropped() -> None:
    rows = draw_rows(3, np.array([1.0, 0.0, 2.0]), max_rows=None, takes_weights=True, seed=0)
    assert rows is not None
    assert rows.tolist() == [0, 2]


def test_integer_weights_equal_repeated_rows() -> None:
    weight = np.array([1.0, 2.0, 3.0, 0.0])
    rows = draw_rows(4, weight, max_rows=None, takes_weights=False, seed=5)
    assert rows is not None
    assert np.bincount(rows, minlength=4).tolist() == [1, 2, 3, 0]


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=30), st.integers(0, 99))
def test_rows_are_drawn_in_proportion_to_their_weights(
    given_weights: list[float], seed: int
) -> None:
    weight = np.array(given_weights)
    rows = draw_rows(len(weight), weight, max_rows=None, takes_weights=False, seed=seed)
    if rows is None:
        assert np.all(weight == weight[0])
        return
    expected = weight / weight.sum() * len(rows)
    assert np.abs(np.bincount(rows, minlength=len(weight)) - expected).max() < 1 + 1e-9


@given(st.integers(2, 20), st.integers(0, 99))
def test_every_class_is_sampled(most: int, seed: int) -> None:
    codes = np.array([0] * 95 + [1, 1, 2, 3, 4])
    rows = draw_rows(100, None, max_rows=most, takes_weights=True, seed=seed, keep=codes)
    assert rows is not None
    assert set(codes[rows]) == set(range(5))
    assert most <= len(rows) <= most + 5
    assert len(set(rows)) == len(rows)
