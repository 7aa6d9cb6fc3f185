"""Losses of predicted classes, by way of the confusion matrix.

A matrix has the shape (..., n_classes, n_classes), true classes in rows, so that many are judged at
once. Classes that neither occur nor are predicted do not count, and 0 / 0 is 0, as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.losses import Target, Weight
from autoskl.core.result import FloatArray

Matrix = NDArray[np.float64]
Share = Callable[[Matrix, Matrix, Matrix], Matrix]
"""From true positives, true and predicted totals (..., n_classes) to a share of each class."""


@dataclass(frozen=True, slots=True)
class ConfusionLoss:
    """Loss of the likeliest classes; of equals the first is taken.

    Attributes
    ----------
    of_matrix : callable
        From matrices (..., n_classes, n_classes) to losses (...).
    """

    of_matrix: Callable[[Matrix], Matrix]

    def __call__(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return the loss; NaN when there is no weight at all."""
        labels = np.argmax(predictions, axis=1)
        return float(self.of_matrix(confusion_matrix(y, labels, predictions.shape[1], weight)))


def confusion_matrix(y: Target, labels: Target, n_classes: int, weight: Weight = None) -> Matrix:
    """Return the weight (n_classes, n_classes) of the rows by true and predicted class."""
    counts = np.bincount(y * n_classes + labels, weight, n_classes**2)
    matrix: Matrix = counts.astype(np.float64, copy=False).reshape(n_classes, n_classes)
    return matrix


def error_rate(matrix: Matrix) -> Matrix:
    """1 - accuracy."""
    total = matrix.sum(axis=(-2, -1))
    hits = np.trace(matrix, axis1=-2, axis2=-1)
    return _undefined_if_empty(total, 1 - _ratio(hits, total))


def balanced_error_rate(matrix: Matrix) -> Matrix:
    """1 - mean recall of the classes that occur."""
    positives, true, _ = _totals(matrix)
    recalls = _ratio(positives, true).sum(axis=-1)
    return _undefined_if_empty(true.sum(axis=-1), 1 - _ratio(recalls, (true > 0).sum(axis=-1)))


def matthews_deficit(matrix: Matrix) -> Matrix:
    """1 - Matthews correlation coefficient."""
    positives, true, predicted = _totals(matrix)
    total = matrix.sum(axis=(-2, -1))
    covariance = positives.sum(axis=-1) * total - (true * predicted).sum(axis=-1)
    spread_true = total**2 - (true**2).sum(axis=-1)
    spread_predicted = total**2 - (predicted**2).sum(axis=-1)
    spread = np.sqrt(spread_true * spread_predicted)
    return _undefined_if_empty(total, 1 - _ratio(covariance, spread))


def precision(positives: Matrix, true: Matrix, predicted: Matrix) -> Matrix:
    """Share of the rows predicted to be of a class that are."""
    return _ratio(positives, predicted)


def recall(positives: Matrix, true: Matrix, predicted: Matrix) -> Matrix:
    """Share of the rows of a class that are predicted to be."""
    return _ratio(positives, true)


def f1(positives: Matrix, true: Matrix, predicted: Matrix) -> Matrix:
    """Harmonic mean of precision and recall."""
    return _ratio(2 * positives, true + predicted)


def jaccard(positives: Matrix, true: Matrix, predicted: Matrix) -> Matrix:
    """Rows rightly predicted among all that are of a class or predicted to be."""
    return _ratio(positives, true + predicted - positives)


@dataclass(frozen=True, slots=True)
class AveragedDeficit:
    """1 - average of a share of each class.

    Attributes
    ----------
    share : callable
    average : str
        ``"binary"`` (the second class alone), ``"first"`` (the first one alone), ``"macro"``,
        ``"micro"`` or ``"weighted"``.
    """

    share: Share
    average: str

    def __call__(self, matrix: Matrix) -> Matrix:
        """Return the deficits (...) of matrices (..., n_classes, n_classes)."""
        totals = _totals(matrix)
        true, predicted = totals[1], totals[2]
        if self.average == "binary":
            average = self.share(*totals)[..., -1]
        elif self.average == "first":
            average = self.share(*totals)[..., 0]
        elif self.average == "micro":
            average = self.share(*(total.sum(axis=-1) for total in totals))
        elif self.average == "macro":
            n_present = ((true + predicted) > 0).sum(axis=-1)
            average = _ratio(self.share(*totals).sum(axis=-1), n_present)
        else:
            weighted = (self.share(*totals) * true).sum(axis=-1)
            average = _ratio(weighted, true.sum(axis=-1))
        return _undefined_if_empty(true.sum(axis=-1), 1 - average)


def _totals(matrix: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    return np.diagonal(matrix, axis1=-2, axis2=-1), matrix.sum(axis=-1), matrix.sum(axis=-2)


def _ratio(numerator: Matrix, denominator: Matrix | NDArray[np.intp]) -> Matrix:
    zero = denominator == 0
    ratio: Matrix = np.where(zero, 0.0, numerator / np.where(zero, 1, denominator))
    return ratio


def _undefined_if_empty(total: Matrix, loss: Matrix) -> Matrix:
    return np.where(total > 0, loss, np.nan)
