"""Every fast objective says what the metric says."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.core import metrics
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.ensembles.label_objective import LabelObjective
from autoskl.ensembles.metric_objective import MetricObjective
from autoskl.ensembles.objective import objective_for
from autoskl.ensembles.pointwise_objective import PointwiseObjective
from autoskl.ensembles.quadratic_objective import QuadraticObjective
from autoskl.ensembles.ranking_objective import RankingObjective
from tests.ensembles.factories import SlowMetric, candidate_of, problem, targets_of

F1_MACRO = metrics.fast_metrics(Task.MULTICLASS)["f1_macro"]

KINDS = [
    (metrics.LOG_LOSS, 2, PointwiseObjective),
    (metrics.LOG_LOSS, 4, PointwiseObjective),
    (metrics.ACCURACY, 2, LabelObjective),
    (metrics.ACCURACY, 3, LabelObjective),
    (metrics.BALANCED_ACCURACY, 2, LabelObjective),
    (metrics.BALANCED_ACCURACY, 3, LabelObjective),
    (metrics.MATTHEWS, 3, LabelObjective),
    (F1_MACRO, 3, LabelObjective),
    (metrics.ROC_AUC, 2, RankingObjective),
    (metrics.ROC_AUC_OVR, 4, RankingObjective),
    (metrics.ROC_AUC_OVR_WEIGHTED, 4, RankingObjective),
    (metrics.SQUARED_ERROR, 1, QuadraticObjective),
    (metrics.ROOT_SQUARED_ERROR, 1, QuadraticObjective),
    (metrics.R2, 1, QuadraticObjective),
    (metrics.ABSOLUTE_ERROR, 1, PointwiseObjective),
]


@pytest.mark.parametrize(("metric", "n_classes", "kind"), KINDS)
@settings(deadline=None, max_examples=15)
@given(st.integers(0, 1000), st.booleans(), st.lists(st.integers(0, 5), min_size=5, max_size=5))
def test_additions_are_the_metrics_losses(metric, n_classes, kind, seed, weighted, counts):
    candidates, targets = problem(metric, 120, 5, n_classes, weighted=weighted, seed=seed)
    counts = np.array(counts, dtype=float)
    objective = objective_for(candidates, targets, metric)
    if not (kind is RankingObjective and weighted):
        assert isinstance(objective, kind)
    expected = MetricObjective(candidates, targets, metric).losses_after_adding(counts)
    # From float32: logarithms have seven digits, and two scores may come to be equal.
    rtol = 1e-6 if metric is metrics.LOG_LOSS else 1e-3 if kind is RankingObjective else 1e-9
    np.testing.assert_allclose(objective.losses_after_adding(counts), expected, rtol=rtol)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(0, 3))
def test_areas_with_many_ties_are_exact(seed, levels, times):
    rng = np.random.default_rng(seed)
    y = np.r_[0, 1, rng.integers(0, 2, 38)]
    targets = targets_of(y, [np.arange(20), np.arange(20, 40)[y[20:].argsort()]])
    if len(set(targets[1].y)) < 2:
        return
    # Multiples of 1/4 add up without rounding.
    scores = rng.integers(0, levels, size=(3, 40)) / 4
    candidates = [
        candidate_of(
            j, {f: np.c_[1 - s[t.rows], s[t.rows]] for f, t in targets.items()}, targets,
            metrics.ROC_AUC,
        )
        for j, s in enumerate(scores)
    ]  # fmt: skip
    counts = np.array([times, 0.0, 1.0])
    expected = MetricObjective(candidates, targets, metrics.ROC_AUC).losses_after_adding(counts)
    actual = RankingObjective(candidates, targets).losses_after_adding(counts)
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


def test_ties_of_two_classes_go_to_the_first():
    targets = targets_of(np.array([0, 1]), [np.arange(2)])
    half = candidate_of(0, {0: np.full((2, 2), 0.5)}, targets, metrics.ACCURACY)
    assert objective_for([half], targets, metrics.ACCURACY).losses_after_adding(np.zeros(1)) == [
        0.5
    ]


def test_a_constant_target_has_r2_by_the_metric():
    targets = targets_of(np.ones(4), [np.arange(4)])
    candidate = candidate_of(0, {0: np.full((4, 1), 2.0)}, targets, metrics.R2)
    assert isinstance(objective_for([candidate], targets, metrics.R2), MetricObjective)


def test_of_many_classes_no_matrix_is_made():
    candidates, targets = problem(F1_MACRO, 300, 4, 600, 2, dtype=np.float32)
    counts = np.array([2.0, 0.0, 1.0, 0.0])
    for metric in (metrics.ACCURACY, metrics.BALANCED_ACCURACY, metrics.MATTHEWS, F1_MACRO):
        objective = objective_for(candidates, targets, metric)
        tracemalloc.start()
        try:
            losses = objective.losses_after_adding(counts)
            assert tracemalloc.get_traced_memory()[1] < 5e6  # the matrices have 23e6 bytes
        finally:
            tracemalloc.stop()
        expected = MetricObjective(candidates, targets, metric).losses_after_adding(counts)
        np.testing.assert_allclose(losses, expected, rtol=1e-12)


def test_a_metric_that_is_called_is_not_called_after_the_end():
    candidates, targets = problem(n_candidates=4, n_folds=3)
    slow = SlowMetric(1.0)
    objective = objective_for(candidates, targets, slow.metric, lambda: slow.now >= 7)
    losses = objective.losses_after_adding(np.zeros(4))
    assert slow.calls == 7
    np.testing.assert_allclose(losses[:2], [c.loss(targets) for c in candidates[:2]])
    assert np.isinf(losses[2:]).all()


def test_other_scorers_are_asked_themselves():
    metric = resolve_scoring("d2_log_loss_score", Task.MULTICLASS, np.array(["a", "b", "c"]))
    candidates, targets = problem(metric, n_classes=3)
    objective = objective_for(candidates, targets, metric)
    expected = [candidate.loss(targets) for candidate in candidates]
    np.testing.assert_allclose(objective.losses_after_adding(np.zeros(6)), expected)
