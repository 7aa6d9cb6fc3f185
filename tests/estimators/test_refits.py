"""A second fit of the same estimator."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from autoskl import AutoClassifier
from autoskl.core.errors import TrialFailureWarning
from autoskl.history.history import History

X, Y = load_iris(return_X_y=True)


def fitted() -> AutoClassifier:
    model = AutoClassifier(n_trials=1, time_limit=None, random_state=0, n_jobs=1)
    return model.fit(X, Y)


def test_a_failed_fit_keeps_the_previous_model() -> None:
    model = fitted()
    before = model.predict_proba(X)
    with pytest.raises(ValueError, match="cv must be"):
        model.set_params(cv=101).fit(X[:100], np.array(["a", "b"])[Y[:100]])
    np.testing.assert_array_equal(model.predict_proba(X), before)
    np.testing.assert_array_equal(model.classes_, [0, 1, 2])


def test_a_warning_turned_into_an_error_leaves_a_complete_new_model(monkeypatch: Any) -> None:
    model = fitted()
    monkeypatch.setattr(History, "n_failed", 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", TrialFailureWarning)
        with pytest.raises(TrialFailureWarning, match="Some fits failed"):
            model.fit(X[:100], np.array(["a", "b"])[Y[:100]])
    np.testing.assert_array_equal(model.classes_, ["a", "b"])
    assert model.predict_proba(X).shape == (150, 2)
    assert set(model.predict(X[:100])) == {"a", "b"}
