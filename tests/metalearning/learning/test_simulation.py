from __future__ import annotations

import numpy as np
import pytest

from autoskl.metalearning.learning.simulation import (
    MAX_REGRET,
    TIME_GRID,
    RegretScale,
    finish_times,
    integral,
    measure_scale,
    regret_curve,
    select,
)
from tests.metalearning.learning.evidence_factories import regression_task


def test_two_workers_take_jobs_in_order() -> None:
    ends = finish_times([3.0, 1.0, 1.0, 1.0], n_workers=2)
    np.testing.assert_allclose(ends - ends.min(), [2.0, 0.0, 1.0, 2.0])


def test_regret_is_zero_for_the_best_and_one_for_the_reference() -> None:
    scale = RegretScale(best=0.2, reference=0.6, noise=0.1)
    np.testing.assert_allclose(scale.regret(np.array([0.2, 0.6, 0.1, 9.0])), [0, 1, 0, MAX_REGRET])


def test_selection_averages_equal_models_and_leaves_out_bad_ones() -> None:
    task = regression_task("t", [0.3, 0.3, 3.0])
    weights = select(task.validation, task)
    assert weights.sum() == pytest.approx(1)
    assert weights[2] == 0
    assert weights[:2].min() > 0.3


def test_the_best_known_loss_may_be_of_an_ensemble() -> None:
    task = regression_task("t", [0.5, 0.3, 0.3])
    scale = measure_scale(task, [0])
    assert scale.reference == pytest.approx(0.5, rel=0.15)
    assert scale.best < 0.28


def test_regret_falls_as_candidates_finish() -> None:
    task = regression_task("t", [0.5, 0.3, 0.2], [0.1, 2.0, 40.0])
    scale = measure_scale(task, [0])
    seconds = np.array([0.6, 10.0, 200.0])
    curve = regret_curve([0, 1, 2], task, scale, seconds)
    assert curve[0] == pytest.approx(1.0, abs=0.05)
    assert curve[TIME_GRID.index(20.0)] < 0.6
    assert curve[-1] == pytest.approx(0.0, abs=0.05)
    assert np.all(np.diff(curve) <= 1e-9)


def test_stopped_candidates_cost_time_without_gain() -> None:
    task = regression_task("t", [0.5, 0.2, 0.2])
    task.validation[1] = np.nan
    task.test[1] = np.nan
    scale = measure_scale(task, [0])
    seconds = np.array([0.5, 100.0, 1.0])
    first = regret_curve([2], task, scale, seconds)
    after = regret_curve([1, 1, 2], task, scale, seconds)
    late = TIME_GRID.index(60.0)
    assert first[late] < after[late] == MAX_REGRET


def test_untried_candidates_are_skipped() -> None:
    task = regression_task("t", [0.5, 0.2])
    scale = measure_scale(task, [0])
    known = regret_curve([0], task, scale, np.array([0.5, np.nan]))
    np.testing.assert_array_equal(regret_curve([1, 0], task, scale, np.array([0.5, np.nan])), known)


def test_the_integral_is_over_the_logarithm_of_time() -> None:
    assert integral(np.ones(len(TIME_GRID))) == pytest.approx(1.0)
    early, late = np.ones(len(TIME_GRID)), np.ones(len(TIME_GRID))
    early[:3], late[-3:] = 0, 0
    assert integral(early) < 1
    assert integral(late) < 1
