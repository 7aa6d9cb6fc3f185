"""The choice of checkpoints that are scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.core.result import FoldResult, Status
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.evaluation.scoring import score_checkpoints
from tests.search.simulated import ManualClock
from tests.search.test_loop import make_dataset

N_CHECKPOINTS = 16


def scored(seconds: float, *, timed: bool) -> FoldResult:
    """Score a fold by a metric that takes so many seconds."""
    dataset, clock = make_dataset(), ManualClock()
    metric = resolve_scoring("accuracy", Task.BINARY, np.arange(2))

    def slow(y, predictions, weight):
        clock.now += seconds
        return metric.loss(y, predictions, weight)

    rng = np.random.default_rng(0)
    predictions = rng.dirichlet(np.ones(2), size=(N_CHECKPOINTS, 50))
    checkpoints = tuple(range(10, 10 * N_CHECKPOINTS + 1, 10))
    result = FoldResult(0, Status.OK, np.arange(50), predictions, checkpoints, fit_seconds=1.0)
    slow_metric = replace(metric, loss=slow, fast=False)
    found = score_checkpoints(result, slow_metric, dataset, clock if timed else None)
    expected = [metric.loss(dataset.y[:50], each, None) for each in found.predictions]
    assert found.losses == pytest.approx(expected)
    return found


def test_a_slow_metric_scores_fewer_checkpoints():
    assert scored(0.01, timed=True).checkpoints == tuple(range(10, 161, 10))
    assert scored(0.05, timed=True).checkpoints == (10, 50, 90, 120, 160)
    assert scored(5.0, timed=True).checkpoints == (10, 160)


def test_all_checkpoints_are_scored_without_a_clock():
    assert len(scored(5.0, timed=False).losses) == N_CHECKPOINTS
