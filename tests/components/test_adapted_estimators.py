from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import SVR

from autoskl.components.predictors.adapted_estimators import (
    AdaptedClassifier,
    AdaptedRegressor,
    probabilities,
)
from tests.components.factories import table


class Noisy(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Warns, and has a probability that is missing."""

    def fit(self, X: Any, y: Any) -> Noisy:
        warnings.warn("Something.", UserWarning, stacklevel=1)
        self.dtype_ = X.dtype
        return self

    def predict_proba(self, X: Any) -> Any:
        return np.tile([np.nan, 2.0, 0.5], (len(X), 1))


def test_scale_of_the_target_does_not_matter() -> None:
    X, y = table(80, n_classes=1)
    plain = AdaptedRegressor(SVR()).fit(X, y).predict(X)
    large = AdaptedRegressor(SVR()).fit(X, 1e6 * y - 3).predict(X)
    np.testing.assert_allclose(large, 1e6 * plain - 3, rtol=1e-6)


def test_weights_are_used_by_sampling_for_estimators_without_weights() -> None:
    X, y = table(60, n_classes=1)
    weight = np.where(X[:, 0] > 0, 4.0, 1.0)
    repeated = np.repeat(np.arange(60), weight.astype(int))
    few = KNeighborsRegressor(n_neighbors=8)
    weighted = AdaptedRegressor(few).fit(X, y, weight).predict(X)
    np.testing.assert_allclose(weighted, few.fit(X[repeated], y[repeated]).predict(X))


def test_large_tables_are_sampled_and_keep_all_classes() -> None:
    X, y = table(500, n_classes=2)
    y[3] = 9
    model = AdaptedClassifier(LinearDiscriminantAnalysis(), max_rows=50).fit(X, y)
    assert model.classes_.tolist() == [0, 1, 9]
    assert model.predict_proba(X).shape == (500, 3)


def test_warnings_and_non_finite_predictions_of_the_library_are_handled() -> None:
    X, y = table(30, n_classes=3)
    model = AdaptedClassifier(Noisy()).fit(X.astype(np.float32), y)
    assert model.estimator_.dtype_ == np.float64
    np.testing.assert_allclose(model.predict_proba(X)[0], [0, 2 / 3, 1 / 3])


@pytest.mark.parametrize("row", [[np.nan, np.nan], [0.0, 0.0]])
def test_rows_without_finite_output_are_uniform(row: list[float]) -> None:
    np.testing.assert_array_equal(probabilities(np.array([row])), [[0.5, 0.5]])
