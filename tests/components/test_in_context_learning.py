from __future__ import annotations

import pickle

import numpy as np

from autoskl.components.predictors.in_context_learning import (
    InContextClassifier,
    InContextRegressor,
)
from tests.components.factories import table


def test_rows_are_stored_and_processed_by_the_first_prediction() -> None:
    X, y = table(200)
    model = InContextClassifier(
        "sklearn.neighbors", "KNeighborsClassifier", {"n_neighbors": 7}, max_rows=150
    ).fit(X, y + 3)
    assert model.X_.shape == (150, 4)
    assert model.classes_.tolist() == [3, 4]
    first = model.predict_proba(X)
    assert model.score(X, y + 3) > 0.8
    data = pickle.dumps(model)
    assert len(data) < 1.3 * (model.X_.nbytes + model.y_.nbytes) + 2000
    np.testing.assert_array_equal(pickle.loads(data).predict_proba(X), first)


def test_outputs_and_weights_are_correct() -> None:
    X, y = table(60, n_classes=1)
    weight = np.where(X[:, 0] > 0, 2.0, 1.0)
    model = InContextRegressor("sklearn.neighbors", "KNeighborsRegressor").fit(X, y, weight)
    assert len(model.y_) == weight.sum()
    assert model.score(X, y) > 0.5
    refitted = model.fit(X, 0 * y + 2)
    np.testing.assert_array_equal(refitted.predict(X), 2.0)
