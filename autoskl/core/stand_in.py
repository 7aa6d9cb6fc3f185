"""Estimators that return stored predictions, so that any scikit-learn scorer can score them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from autoskl.core.losses import SMALLEST_PROBABILITY
from autoskl.core.result import FloatArray


class StandInRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Regressor whose X is a column of positions in the stored predictions.

    Parameters
    ----------
    predictions : ndarray of shape (n_rows, 1)
    """

    def __init__(self, predictions: FloatArray) -> None:
        self.predictions = predictions

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the stored values of the given rows."""
        values: NDArray[np.float64] = self.predictions[_positions(X), 0].astype(np.float64)
        return values


class StandInClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifier whose X is a column of positions in the stored predictions.

    Parameters
    ----------
    predictions : ndarray of shape (n_rows, n_classes)
    classes : ndarray of shape (n_classes,)
        The user's own labels.
    """

    def __init__(self, predictions: FloatArray, classes: NDArray[Any]) -> None:
        self.predictions = predictions
        self.classes = classes
        self.classes_ = classes

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of the given rows; ties go to the first."""
        labels: NDArray[Any] = self.classes_[np.argmax(self.predictions[_positions(X)], axis=1)]
        return labels

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the stored probabilities of the given rows."""
        probabilities: NDArray[np.float64] = self.predictions[_positions(X)].astype(np.float64)
        return probabilities

    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the logarithms of the stored probabilities, clipped to be finite."""
        logs: NDArray[np.float64] = np.log(np.maximum(self.predict_proba(X), SMALLEST_PROBABILITY))
        return logs


class StandInMargin(StandInClassifier):
    """`StandInClassifier` with a decision function, for scorers that accept nothing else."""

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the log odds of the second of two classes, else log probabilities."""
        logs = self.predict_log_proba(X)
        return logs[:, 1] - logs[:, 0] if len(self.classes_) == 2 else logs


def _positions(X: Any) -> NDArray[np.intp]:
    return np.asarray(X)[:, 0].astype(np.intp, copy=False)
