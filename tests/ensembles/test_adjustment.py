from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import make_scorer, mean_pinball_loss, mean_squared_error

from autoskl.core.metrics import ABSOLUTE_ERROR, LOG_LOSS, SQUARED_ERROR, Metric, PredictionType
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.ensembles import adjustment
from autoskl.ensembles.adjustment import NO_ADJUSTMENT, Adjustment, can_adjust, fit_adjustment
from autoskl.ensembles.calibrator import Calibrator
from autoskl.ensembles.candidate import Candidate, HeldOutTarget
from autoskl.ensembles.members import CalibratedModel

PINBALL = make_scorer(mean_pinball_loss, alpha=0.9, greater_is_better=False)


def metric_of(scoring: Any) -> Metric:
    return resolve_scoring(scoring, Task.REGRESSION, None)


def two_folds(y: Any, predictions: Any) -> tuple[dict[int, Any], dict[int, HeldOutTarget]]:
    """Return two folds of predictions of the mean, and their targets."""
    halves = np.array_split(np.arange(len(y)), 2)
    return (
        {fold: np.asarray(predictions)[rows, np.newaxis] for fold, rows in enumerate(halves)},
        {fold: HeldOutTarget(y[rows], None, rows) for fold, rows in enumerate(halves)},
    )


def skewed(n_rows: int = 1_000) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    mean = np.exp(0.5 * rng.normal(size=n_rows))
    return mean * rng.exponential(size=n_rows), mean


@pytest.mark.parametrize(
    ("scoring", "is_best"),
    [
        (PINBALL, lambda a: a.factor > 1.8 or a.shift > 0.5),
        ("neg_mean_absolute_error", lambda a: 0.5 < a.factor < 0.9),
        ("neg_mean_absolute_percentage_error", lambda a: a.factor < 0.2),
    ],
)
def test_means_are_led_to_what_the_metric_asks_for(
    scoring: Any, is_best: Callable[[Adjustment], bool]
) -> None:
    y, mean = skewed()
    metric = metric_of(scoring)
    adjustment = fit_adjustment(*two_folds(y, mean), metric)
    assert is_best(adjustment)
    adjusted = adjustment(mean[:, np.newaxis])
    assert metric.loss(y, adjusted, None) < 0.95 * metric.loss(y, mean[:, np.newaxis], None)
    assert adjusted.min() >= 0  # what is never negative stays so


def test_a_constant_becomes_the_best_constant() -> None:
    y = np.random.default_rng(0).normal(size=500)
    adjustment = fit_adjustment(*two_folds(y, np.zeros(500)), metric_of(PINBALL))
    assert adjustment.shift == pytest.approx(np.quantile(y, 0.9), abs=0.15)


def test_what_is_right_and_few_rows_stay_as_they_are() -> None:
    rng = np.random.default_rng(0)
    mean = rng.normal(size=1_000)
    y = mean + rng.normal(size=1_000)
    assert fit_adjustment(*two_folds(y, mean), ABSOLUTE_ERROR) == NO_ADJUSTMENT
    y, mean = skewed(90)
    assert fit_adjustment(*two_folds(y, mean), ABSOLUTE_ERROR) == NO_ADJUSTMENT


def test_metrics_of_the_mean_and_of_classes_are_none_of_its_business() -> None:
    assert not can_adjust(SQUARED_ERROR)
    assert not can_adjust(LOG_LOSS)
    assert not can_adjust(metric_of("neg_mean_poisson_deviance"))
    assert can_adjust(metric_of("d2_absolute_error_score"))


def test_a_scorer_made_of_the_function_is_one_of_the_mean_too() -> None:
    assert not can_adjust(metric_of(make_scorer(mean_squared_error, greater_is_better=False)))


@pytest.mark.parametrize("seed", [31, 45])
def test_what_is_better_for_a_part_of_the_rows_only_is_not_taken(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjustment, "_MAX_CELLS", 150)
    rng = np.random.default_rng(seed)
    mean = rng.normal(size=2_000)
    y = mean + rng.standard_t(2, size=2_000)
    targets = {0: HeldOutTarget(y, None, np.arange(2_000))}
    found = fit_adjustment({0: mean[:, np.newaxis]}, targets, ABSOLUTE_ERROR)
    assert found == NO_ADJUSTMENT


@pytest.mark.parametrize("seconds", [1e-4, 0.03, 0.2, 5.0])
def test_a_slow_metric_is_tried_as_often_as_there_is_time(seconds: float) -> None:
    y, mean = skewed()
    now = 0.0

    def slow(y: Any, predictions: Any, weight: Any = None) -> float:
        nonlocal now
        now += seconds
        return ABSOLUTE_ERROR.loss(y, predictions, weight)

    metric = Metric("slow", slow, PredictionType.VALUES, fast=False)
    found = fit_adjustment(*two_folds(y, mean), metric, seconds=1.0, clock=lambda: now)
    assert now <= 1.0 + 3 * seconds
    assert (found == NO_ADJUSTMENT) == (seconds > 0.1)
    now = 0.0
    assert fit_adjustment(*two_folds(y, mean), metric) != NO_ADJUSTMENT
    assert now > 40 * seconds


def test_candidates_are_adjusted_and_their_models_too() -> None:
    y, mean = skewed()
    predictions, targets = two_folds(y, mean)
    losses = {f: ABSOLUTE_ERROR.loss(t.y, predictions[f], None) for f, t in targets.items()}
    calibrator = Calibrator(ABSOLUTE_ERROR)
    adjusted = calibrator.calibrated(Candidate(3, "a", predictions, losses), lambda: targets)
    assert adjusted.loss(targets) < np.mean([*losses.values()])

    class Model:
        def outputs(self, X: Any) -> Any:
            return X

        def truncate(self, iterations: int) -> Model:
            return self

    outputs = CalibratedModel(Model(), calibrator.of(3)).outputs(predictions[0])
    np.testing.assert_allclose(outputs, adjusted.predictions[0])
