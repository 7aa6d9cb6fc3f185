from __future__ import annotations

import numpy as np
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

from autoskl.components.predictors.quadratic_discriminant import QuadraticClassifier
from tests.components.factories import table


def test_equals_scikit_learn_on_many_rows() -> None:
    X, y = table(20_000)
    ours = QuadraticClassifier(reg_param=0.0).fit(X, y).predict_proba(X)
    theirs = QuadraticDiscriminantAnalysis().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(ours, theirs, atol=5e-3)


def test_weight_equals_repeated_rows() -> None:
    X, y = table(50, n_classes=3)
    weight = np.random.default_rng(0).integers(0, 4, 50)
    again = np.repeat(np.arange(50), weight)
    weighted = QuadraticClassifier().fit(X, y, weight.astype(float)).predict_proba(X)
    # Shrinkage is in units of rows, and weights are scaled to the number of rows.
    copied = QuadraticClassifier().fit(X[again], y[again]).predict_proba(X)
    np.testing.assert_allclose(weighted, copied, atol=0.1)


def test_class_with_one_row_has_a_covariance() -> None:
    X, y = table(40)
    y[0] = 5
    chances = QuadraticClassifier().fit(X, y).predict_proba(X)
    assert np.isfinite(chances).all()
    assert chances[0, 2] > chances[:, 2].mean()
