"""The exported ensemble predicts what the estimator predicts."""

from __future__ import annotations

import pickle
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from autoskl import AutoClassifier, AutoRegressor
from autoskl.ensembles.calibration import Calibration
from autoskl.ensembles.decision import Decision
from autoskl.ensembles.post_processing import PostProcessing


def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "number": rng.normal(size=120),
            "colour": rng.choice(["red", "green", "blue"], 120),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 99, 120), "D"),
        }
    )


@pytest.fixture(scope="module")
def classifier() -> AutoClassifier:
    X = table()
    y = np.where(X["number"] > 0.5, "high", np.where(X["colour"] == "red", "low", "middle"))
    return AutoClassifier(n_trials=3, time_limit=None, n_jobs=1, random_state=0).fit(X, y)


def test_an_exported_classifier_predicts_alike(classifier: AutoClassifier) -> None:
    X = table()
    plain = classifier.to_sklearn()
    assert isinstance(plain, Pipeline)
    assert isinstance(plain[-1], VotingClassifier)
    assert plain.classes_.tolist() == ["high", "low", "middle"]
    expected = classifier.predict_proba(X)
    np.testing.assert_allclose(plain.predict_proba(X), expected, rtol=0, atol=1e-6)
    np.testing.assert_array_equal(plain.predict(X), classifier.predict(X))
    assert plain.score(X, classifier.predict(X)) == 1


def test_it_can_be_pickled_and_cloned_and_stays_as_it_is(classifier: AutoClassifier) -> None:
    X = table()
    plain = classifier.to_sklearn()
    expected = plain.predict_proba(X)
    copied = pickle.loads(pickle.dumps(plain))
    np.testing.assert_array_equal(copied.predict_proba(X), expected)
    refitted = clone(plain).fit(X[:60], classifier.predict(X)[:60])
    np.testing.assert_array_equal(refitted.predict_proba(X), expected)


def test_calibration_and_decision(classifier: AutoClassifier) -> None:
    X = table()
    model = deepcopy(classifier)
    model.ensemble_.post_processing = PostProcessing(
        Calibration(0.6, 0.01), Decision((1.0, 1e6, 1.0))
    )
    plain = model.to_sklearn()
    assert np.abs(plain.predict_proba(X) - classifier.predict_proba(X)).max() > 1e-3
    np.testing.assert_allclose(plain.predict_proba(X), model.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(plain.predict(X), model.predict(X))
    assert (model.predict(X) != classifier.predict(X)).any()
    again = clone(plain).fit(X[:60], classifier.predict(X)[:60])
    np.testing.assert_array_equal(again.predict_proba(X), plain.predict_proba(X))


def test_a_table_without_rows(classifier: AutoClassifier) -> None:
    assert classifier.to_sklearn().predict_proba(table()[:0]).shape == (0, 3)


def test_an_exported_regressor_predicts_alike() -> None:
    X = table()
    model = AutoRegressor(n_trials=3, time_limit=None, n_jobs=1, random_state=0)
    model.fit(X, X["number"] * 2 + (X["colour"] == "red"))
    plain = model.to_sklearn()
    assert isinstance(plain[-1], VotingRegressor)
    np.testing.assert_allclose(plain.predict(X), model.predict(X), rtol=1e-12)


def test_export_requires_a_fitted_estimator() -> None:
    with pytest.raises(NotFittedError, match="not fitted"):
        AutoClassifier().to_sklearn()
