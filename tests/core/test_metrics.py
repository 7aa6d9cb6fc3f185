from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from autoskl.core.metrics import (
    ACCURACY,
    AVERAGE_PRECISION,
    LOG_LOSS,
    R2,
    ROC_AUC,
    Metric,
    PredictionType,
    Statistic,
    fast_metrics,
    statistic_for,
)
from autoskl.core.task import Task


def test_score_has_scikit_learns_sign():
    assert LOG_LOSS.score(0.25) == -0.25
    assert ROC_AUC.score(0.25) == R2.score(0.25) == ACCURACY.score(0.25) == 0.75


def test_the_default_metric_comes_first():
    assert next(iter(fast_metrics(Task.BINARY))) == "neg_log_loss"
    assert next(iter(fast_metrics(Task.MULTICLASS))) == "neg_log_loss"
    assert next(iter(fast_metrics(Task.REGRESSION))) == "neg_mean_squared_error"
    assert "roc_auc" not in fast_metrics(Task.MULTICLASS)
    assert "f1" not in fast_metrics(Task.BINARY)
    assert "f1" in fast_metrics(Task.BINARY, one_is_second=True)


@pytest.mark.parametrize("task", Task)
def test_names_are_scikit_learn_scorers(task):
    from sklearn.metrics import get_scorer_names

    assert fast_metrics(task, one_is_second=True).keys() <= set(get_scorer_names())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("r2", Statistic.MEAN),
        ("r2_score", Statistic.MEAN),
        ("explained_variance", Statistic.MEAN),
        ("neg_mean_squared_error", Statistic.MEAN),
        ("neg_root_mean_squared_error", Statistic.MEAN),
        ("mean_squared_error", Statistic.MEAN),
        ("neg_mean_poisson_deviance", Statistic.MEAN),
        ("neg_mean_gamma_deviance", Statistic.MEAN),
        ("neg_mean_absolute_error", Statistic.MEDIAN),
        ("neg_median_absolute_error", Statistic.MEDIAN),
        ("d2_absolute_error_score", Statistic.MEDIAN),
        ("neg_mean_absolute_percentage_error", Statistic.OTHER),
        ("neg_mean_squared_log_error", Statistic.OTHER),
        ("neg_root_mean_squared_log_error", Statistic.OTHER),
        ("mean_pinball_loss", Statistic.OTHER),
        ("neg_max_error", Statistic.UNKNOWN),
        ("profit", Statistic.UNKNOWN),
    ],
)
def test_statistic_follows_from_the_name(name, expected):
    assert statistic_for(name) is expected


def test_safe_loss_is_infinite_where_the_loss_fails_or_is_undefined():
    def broken(y, predictions, weight):
        raise ZeroDivisionError

    y, predictions = np.zeros(2, dtype=int), np.full((2, 2), 0.5)
    assert Metric("broken", broken, PredictionType.LABELS).safe_loss(y, predictions) == math.inf
    assert math.isnan(ROC_AUC.loss(y, predictions, None))
    assert ROC_AUC.safe_loss(y, predictions) == math.inf
    assert LOG_LOSS.safe_loss(y, predictions) == pytest.approx(math.log(2))


def test_metrics_pickle():
    assert pickle.loads(pickle.dumps(LOG_LOSS)) == LOG_LOSS


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("digits", [1, 8])
def test_average_precision_with_ties_equals_scikit_learn(digits, weighted):
    rng = np.random.default_rng(0)
    y, scores = rng.integers(0, 2, 300), rng.random(300).round(digits)
    weight = rng.choice([0.0, 1.0, 2.5], 300) if weighted else None
    predictions = np.column_stack([1 - scores, scores])
    expected = average_precision_score(y, scores, sample_weight=weight)
    metric = AVERAGE_PRECISION
    assert metric.score(metric.loss(y, predictions, weight)) == pytest.approx(expected, abs=1e-12)
