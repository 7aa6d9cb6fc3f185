from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import TimeSeriesSplit

from autoskl import AutoRegressor
from autoskl.components.features.no_features import NoFeatures
from autoskl.components.registry import register, unregister
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.evaluation.fitted_model import make_output_map
from autoskl.evaluation.value_range import limit_to_range
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

LINEAR = Configuration({"model": "linear"})
SPLINES = Configuration({"model": "linear", "features": "splines"})
FITTED = make_output_map(np.array([0.0, 10.0]), None, 1)


def dataset(y, score_weight=None):
    y = np.asarray(y, dtype=np.float64)
    columns = (Column("x", Kind.NUMERIC),)
    X = np.zeros((len(y), 1))
    return Dataset(
        X=X, y=y, columns=columns, task=Task.REGRESSION, n_classes=0, score_weight=score_weight
    )


def test_values_inside_the_range_keep_the_margin():
    outputs = np.array([[0.0], [12.0]])
    same, output_map = limit_to_range(outputs, FITTED, dataset([5.0, 5.0]), None, LINEAR)
    assert same is outputs
    assert output_map.bounds == (-10.0, 20.0)


def test_models_on_constructed_features_get_the_narrow_margin():
    outputs = np.array([[0.0], [12.0]])
    same, output_map = limit_to_range(outputs, FITTED, dataset([5.0, 5.0]), None, SPLINES)
    assert same is outputs
    assert output_map.bounds == (-2.5, 12.5)


def test_components_that_pass_features_through_keep_the_margin():
    name = register(NoFeatures(), "same_features")
    try:
        outputs = np.array([[0.0], [12.0]])
        same = Configuration({"model": "linear", "features": name})
        _, output_map = limit_to_range(outputs, FITTED, dataset([5.0, 5.0]), None, same)
    finally:
        unregister(name)
    assert output_map.bounds == (-10.0, 20.0)


def test_exploding_predictions_get_the_narrow_margin():
    outputs = np.array([[5.0], [20.0]])
    clipped, output_map = limit_to_range(outputs, FITTED, dataset([5.0, 6.0]), None, LINEAR)
    assert clipped.tolist() == [[5.0], [12.5]]
    assert output_map.bounds == (-2.5, 12.5)


def test_a_trend_gets_the_wide_margin():
    outputs = np.array([[15.0], [20.0]])
    same, output_map = limit_to_range(outputs, FITTED, dataset([15.0, 21.0]), None, LINEAR)
    assert same is outputs
    assert output_map.bounds == (-200.0, 210.0)


def test_rows_without_weight_and_other_rows_are_ignored():
    outputs, y = np.array([[15.0], [20.0]]), [15.0, 6.0]
    _, output_map = limit_to_range(outputs, FITTED, dataset(y, np.array([1.0, 0.0])), None, LINEAR)
    assert output_map.bounds[1] == 210.0
    _, output_map = limit_to_range(outputs[:1], FITTED, dataset([6.0, 15.0]), np.array([1]), LINEAR)
    assert output_map.bounds[1] == 210.0


def test_probabilities_and_failures_are_not_changed():
    outputs = np.array([[0.2, 0.8]])
    classes = make_output_map(np.array([0, 1]), None, 2)
    same, output_map = limit_to_range(outputs, classes, dataset([0.0]), None, LINEAR)
    assert same is outputs
    assert output_map is classes
    broken = np.array([[np.nan]])
    assert limit_to_range(broken, FITTED, dataset([0.0]), None, LINEAR)[0] is broken


@pytest.mark.parametrize("cv", ["auto", TimeSeriesSplit(5)])
def test_a_linear_trend_is_followed_like_ridge_does(cv):
    rng = np.random.default_rng(0)
    time = np.arange(400.0)
    X = np.column_stack([time, rng.normal(size=400)])
    y = 0.5 * time + 3 * X[:, 1] + 2 * rng.normal(size=400)
    model = AutoRegressor(n_trials=1, time_limit=None, include=["linear"], cv=cv, random_state=0)
    new = slice(200, 300)
    fitted = model.fit(X[:200], y[:200]).predict(X[new])
    ridge = Ridge().fit(X[:200], y[:200]).predict(X[new])
    assert r2_score(y[new], fitted) > r2_score(y[new], ridge) - 0.05
