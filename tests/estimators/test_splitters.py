"""Splitters of users, from the estimators."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import KFold, TimeSeriesSplit

from autoskl import AutoRegressor


@pytest.mark.parametrize(("cv", "models_each"), [(TimeSeriesSplit(3), 1), (KFold(3), 3)])
def test_only_models_of_large_training_sets_predict(cv: object, models_each: int) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    y = X[:, 0] + 0.3 * rng.normal(size=80)
    model = AutoRegressor(
        n_trials=2, time_limit=None, cv=cv, include=["linear"], random_state=0, n_jobs=1
    ).fit(X, y)
    assert model.ensemble_.n_models == models_each * len(model.ensemble_)
    assert set(model.leaderboard_["folds"]) == {3}
