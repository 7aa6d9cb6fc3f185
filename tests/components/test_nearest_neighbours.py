from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from autoskl.components.predictors.nearest_neighbours import (
    NeighboursClassifier,
    NeighboursRegressor,
)
from tests.components.factories import table


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("p", [1, 2])
def test_agrees_with_scikit_learn(weights: str, p: int) -> None:
    X, y = table(90, 3, 3)
    Z = np.vstack([table(30, 3, 3, seed=1)[0], X[:5]])
    ours = NeighboursClassifier(n_neighbors=7, weights=weights, p=p).fit(X, y)
    theirs = KNeighborsClassifier(n_neighbors=7, weights=weights, p=p).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(Z), theirs.predict_proba(Z), atol=1e-12)
    values = NeighboursRegressor(n_neighbors=7, weights=weights, p=p).fit(X, y)
    wanted = KNeighborsRegressor(n_neighbors=7, weights=weights, p=p).fit(X, y)
    np.testing.assert_allclose(values.predict(Z), wanted.predict(Z), atol=1e-12)


def test_weight_counts_as_votes() -> None:
    X = np.array([[0.0], [1.0], [2.0]])
    model = NeighboursClassifier(n_neighbors=3).fit(X, [0, 1, 1], sample_weight=[6.0, 1.0, 1.0])
    np.testing.assert_allclose(model.predict_proba(X), [[0.75, 0.25]] * 3)
    assert model.predict(X).tolist() == [0, 0, 0]


def test_rows_of_weight_zero_are_no_neighbours() -> None:
    X, y = table(40, 2, 1)
    weight = (np.arange(40) % 2).astype(float)
    whole = NeighboursRegressor(n_neighbors=5).fit(X, y, sample_weight=weight)
    half = NeighboursRegressor(n_neighbors=5).fit(X[1::2], y[1::2])
    np.testing.assert_allclose(whole.predict(X), half.predict(X))


def test_smoothing_shrinks_towards_the_frequencies() -> None:
    X, y = np.arange(4.0)[:, np.newaxis], [0, 0, 0, 1]
    model = NeighboursClassifier(n_neighbors=1, smoothing=1.0).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(np.array([[3.0]])), [[0.375, 0.625]])


def test_keeps_a_random_sample_of_many_rows() -> None:
    X, y = table(100, 2, 2)
    model = NeighboursClassifier(n_neighbors=30, max_rows=20, random_state=1).fit(X, y)
    assert model.index_.n_samples_fit_ == 20
    assert model.predict_proba(X).shape == (100, 2)
