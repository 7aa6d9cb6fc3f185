from __future__ import annotations

import pickle

import numpy as np
import pytest

pytest.importorskip("catboost")

from autoskl.components.learners.staged_catboost import (
    StagedCatBoostClassifier,
    StagedCatBoostRegressor,
)
from tests.components.made_up import table


def test_columns_without_variation_leave_the_frequencies() -> None:
    y = np.array([0] * 30 + [1] * 10 + [2] * 20)
    model = StagedCatBoostClassifier().fit(np.full((60, 2), np.nan), y)
    again = pickle.loads(pickle.dumps(model))
    expected = np.array([[30, 10, 20]]) / 60
    found = again.predict_proba(np.zeros((1, 2)))
    # Some rows are set aside before the frequencies are counted.
    np.testing.assert_allclose(found, expected, atol=0.06)
    two = StagedCatBoostClassifier().fit(np.zeros((40, 2)), y[:40], np.arange(40) % 4 > 0)
    assert 0.6 < two.predict_proba(np.zeros((1, 2)))[0, 0] < 0.9


def test_a_target_without_variation_is_the_mean() -> None:
    X, _ = table(60)
    model = StagedCatBoostRegressor().fit(X, np.full(60, 3.0))
    np.testing.assert_allclose(model.predict(X), 3.0)


def test_a_missing_category_is_a_category() -> None:
    X, y = table(400, 3)
    X[:, 2] = np.random.default_rng(0).integers(0, 5, 400)
    X[y == 1, 2] = np.nan
    model = StagedCatBoostClassifier({"depth": 3}, 30, (2,)).fit(X, y)
    assert model.score(X, y) > 0.99
