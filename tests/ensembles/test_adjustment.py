from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import make_scorer, mean_pinball_loss

from autoskl.core.metrics import ABSOLUTE_ERROR, LOG_LOSS, SQUARED_ERROR, Metric
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.ensembles.adjustment import NO_ADJUSTMENT, Adjustment, fit_adjustment, suits_values
from autoskl.ensembles.calibrator import Calibrator
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.members import CalibratedModel

PINBALL = make_scorer(mean_pinball_loss, alpha=0.9, greater_is_better=False)


def metric_of(scoring: Any) -> Metric:
    return resolve_scoring(scoring, Task.REGRESSION, None)


def told(y: Any, predictions: Any) -> tuple[dict[int, Any], dict[int, Truth]]:
    """Return two folds of predictions of the mean, and the truth about them."""
    halves = np.array_split(np.arange(len(y)), 2)
    return (
        {fold: np.asarray(predictions)[rows, np.newaxis] for fold, rows in enumerate(halves)},
        {fold: Truth(y[rows], None, rows) for fold, rows in enumerate(halves)},
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
    adjustment = fit_adjustment(*told(y, mean), metric)
    assert is_best(adjustment)
    adjusted = adjustment(mean[:, np.newaxis])
    assert metric.loss(y, adjusted, None) < 0.95 * metric.loss(y, mean[:, np.newaxis], None)
    assert adjusted.min() >= 0  # what is never negative stays so


def test_a_constant_becomes_the_best_constant() -> None:
    y = np.random.default_rng(0).normal(size=500)
    adjustment = fit_adjustment(*told(y, np.zeros(500)), metric_of(PINBALL))
    assert adjustment.shift == pytest.approx(np.quantile(y, 0.9), abs=0.15)


def test_what_is_right_and_few_rows_stay_as_they_are() -> None:
    rng = np.random.default_rng(0)
    mean = rng.normal(size=1_000)
    y = mean + rng.normal(size=1_000)
    assert fit_adjustment(*told(y, mean), ABSOLUTE_ERROR) == NO_ADJUSTMENT
    y, mean = skewed(90)
    assert fit_adjustment(*told(y, mean), ABSOLUTE_ERROR) == NO_ADJUSTMENT


def test_metrics_of_the_mean_and_of_classes_are_none_of_its_business() -> None:
    assert not suits_values(SQUARED_ERROR)
    assert not suits_values(LOG_LOSS)
    assert not suits_values(metric_of("neg_mean_poisson_deviance"))
    assert suits_values(metric_of("d2_absolute_error_score"))


def test_candidates_are_adjusted_and_their_models_too() -> None:
    y, mean = skewed()
    predictions, truths = told(y, mean)
    losses = {f: ABSOLUTE_ERROR.loss(t.y, predictions[f], None) for f, t in truths.items()}
    calibrator = Calibrator(ABSOLUTE_ERROR)
    adjusted = calibrator.calibrated(Candidate(3, "a", predictions, losses), lambda: truths)
    assert adjusted.loss(truths) < np.mean([*losses.values()])

    class Model:
        def outputs(self, X: Any) -> Any:
            return X

        def truncated(self, iterations: int) -> Model:
            return self

    outputs = CalibratedModel(Model(), calibrator.of(3)).outputs(predictions[0])
    np.testing.assert_allclose(outputs, adjusted.predictions[0])
