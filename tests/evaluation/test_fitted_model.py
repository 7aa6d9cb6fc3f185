from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.fitting.checkpoint_grid import checkpoint_grid
from autoskl.evaluation.checkpoints import checkpoint_window
from autoskl.evaluation.fitted_model import InvalidOutputsError, check_outputs, make_output_map


def test_absent_classes_have_a_small_positive_probability():
    output_map = make_output_map(np.array([0, 2, 2, 0]), None, 3)
    outputs = output_map(np.array([[1.0, 0.0], [0.4, 0.6]]))
    assert outputs.shape == (2, 3)
    np.testing.assert_allclose(outputs.sum(axis=1), 1.0)
    assert (outputs > 0).all()
    assert (outputs[:, 1] < 0.15).all()


def test_only_zeros_change_if_all_classes_are_present():
    output_map = make_output_map(np.array([0, 1, 1]), None, 2)
    np.testing.assert_allclose(output_map(np.array([[0.3, 0.7]])), [[0.3, 0.7]])
    assert output_map(np.array([[0.0, 1.0]])).min() > 0


def test_weights_count_as_rows():
    y = np.array([0, 2])
    weighted = make_output_map(y, np.array([3.0, 1.0]), 3)
    repeated = make_output_map(y.repeat([3, 1]), None, 3)
    assert weighted.absent == repeated.absent


def test_values_are_clipped_near_the_range_of_the_target():
    output_map = make_output_map(np.array([0.0, 10.0]), None, 1)
    np.testing.assert_allclose(
        output_map(np.array([[-99.0], [5.0], [99.0]])), [[-10.0], [5.0], [20.0]]
    )


def test_the_grid_does_not_depend_on_the_length():
    long = checkpoint_grid(1000)
    for n in (1, 5, 37, 412):
        assert checkpoint_grid(n) == tuple(i for i in long if i <= n)


@pytest.mark.parametrize("best", [1, 3, 40, 200])
def test_the_window_surrounds_the_best_iteration(best):
    grid = checkpoint_grid(250)
    window = checkpoint_window(grid, best, 250, max_checkpoints=8)
    assert 1 <= len(window) <= 8
    assert set(window) <= set(grid)
    assert min(window) <= best * 1.1
    assert max(window) >= min(best, max(grid)) * 0.9


@pytest.mark.parametrize(
    ("raw", "shape"),
    [(np.ones((3, 2)), (4, 2)), (np.ones((4, 3)), (4, 2)), (np.ones(4), (4, 2)), (1.0, (4, 1))],
)
def test_predictions_of_a_wrong_shape_raise_an_error(raw, shape):
    with pytest.raises(InvalidOutputsError, match=r"shape .* where \(4, \d\) is needed"):
        check_outputs(raw, shape)


def test_predictions_that_are_not_numbers_raise_an_error():
    with pytest.raises(InvalidOutputsError, match="no numbers: could not convert"):
        check_outputs(["yes", "no"], (2, 1))


@pytest.mark.parametrize("raw", [[1, 2], [[1], [2]]])
def test_values_may_lack_the_last_axis(raw):
    np.testing.assert_array_equal(check_outputs(raw, (2, 1)), [[1.0], [2.0]])
