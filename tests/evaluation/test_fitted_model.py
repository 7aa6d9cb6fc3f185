from __future__ import annotations

import numpy as np
import pytest

from autoskl.evaluation.checkpoints import checkpoint_grid, checkpoint_window
from autoskl.evaluation.fitted_model import InvalidOutputsError, checked_outputs, output_map


def test_absent_classes_are_unlikely_and_never_impossible():
    mapped = output_map(np.array([0, 2, 2, 0]), None, 3)
    outputs = mapped(np.array([[1.0, 0.0], [0.4, 0.6]]))
    assert outputs.shape == (2, 3)
    np.testing.assert_allclose(outputs.sum(axis=1), 1.0)
    assert (outputs > 0).all()
    assert (outputs[:, 1] < 0.15).all()


def test_all_classes_present_changes_nothing_but_zeros():
    mapped = output_map(np.array([0, 1, 1]), None, 2)
    np.testing.assert_allclose(mapped(np.array([[0.3, 0.7]])), [[0.3, 0.7]])
    assert mapped(np.array([[0.0, 1.0]])).min() > 0


def test_weights_count_as_rows():
    y = np.array([0, 2])
    weighted = output_map(y, np.array([3.0, 1.0]), 3)
    repeated = output_map(y.repeat([3, 1]), None, 3)
    assert weighted.absent == repeated.absent


def test_values_stay_within_reach_of_the_target():
    mapped = output_map(np.array([0.0, 10.0]), None, 1)
    np.testing.assert_allclose(mapped(np.array([[-99.0], [5.0], [99.0]])), [[-10.0], [5.0], [20.0]])


def test_the_grid_is_common_to_all_lengths():
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
def test_predictions_of_another_shape_are_refused(raw, shape):
    with pytest.raises(InvalidOutputsError, match=r"shape .* where \(4, \d\) is needed"):
        checked_outputs(raw, shape)


def test_predictions_that_are_no_numbers_are_refused():
    with pytest.raises(InvalidOutputsError, match="no numbers: could not convert"):
        checked_outputs(["yes", "no"], (2, 1))


@pytest.mark.parametrize("raw", [[1, 2], [[1], [2]]])
def test_values_may_lack_the_axis_of_the_single_column(raw):
    np.testing.assert_array_equal(checked_outputs(raw, (2, 1)), [[1.0], [2.0]])
