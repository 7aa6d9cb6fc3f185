from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.svm import SVC, LinearSVC

from autoskl.components.predictors.margin_calibration import CalibratedMarginClassifier
from tests.components.factories import table


@pytest.mark.parametrize("n_classes", [2, 4])
def test_calibrated_margins_are_close_to_the_true_probabilities(n_classes: int) -> None:
    X, y = table(1500, n_classes=n_classes)
    model = CalibratedMarginClassifier(SVC(kernel="linear")).fit(X[:1000], y[:1000])
    right = LogisticRegression().fit(X[:1000], y[:1000])
    loss = log_loss(y[1000:], model.predict_proba(X[1000:]))
    best = log_loss(y[1000:], right.predict_proba(X[1000:]))
    assert loss < (1.03 if n_classes == 2 else 1.25) * best


def test_margins_of_noise_give_uncertain_probabilities() -> None:
    X, _ = table(300, 30)
    y = np.random.default_rng(1).integers(0, 2, 300)
    chances = CalibratedMarginClassifier(SVC(C=100.0)).fit(X, y).predict_proba(X)
    # Training rows are separable, held-out ones are not.
    assert chances.max() < 0.8


def test_rare_classes_keep_their_columns() -> None:
    X, y = table(60)
    y[:1] = 7
    model = CalibratedMarginClassifier(LinearSVC()).fit(X, y)
    chances = model.predict_proba(X)
    assert model.classes_.tolist() == [0, 1, 7]
    assert chances.shape == (60, 3)
    assert chances[:, 2].mean() < 0.2


def test_one_row_per_class_is_fitted() -> None:
    model = CalibratedMarginClassifier(LinearSVC()).fit(np.array([[0.0], [1.0]]), np.array([4, 5]))
    assert model.predict(np.array([[-1.0], [2.0]])).tolist() == [4, 5]
