"""Losses of predicted classes, computed from three totals per class.

The totals are the diagonal and the two margins of the confusion matrix: none of the losses depends
on its other cells, which would be too many for many classes. Arrays have shape (..., n_classes), so
that many ensembles can be scored at once. Classes that neither occur nor are predicted are ignored,
and 0 / 0 is 0, as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autoskl.core.losses import Target, Weight
from autoskl.core.result import FloatArray

Vector = NDArray[np.float64]
ClassScore = Callable[[Vector, Vector, Vector], Vector]
"""Maps `ClassTotals` to a score of each class, such as its recall."""


class ClassTotals(NamedTuple):
    """Sums of row weights per class, each of shape (..., n_classes).

    Attributes
    ----------
    true_positives : ndarray
        Rows of the class that are predicted to be of it.
    support : ndarray
        Rows of the class.
    predicted : ndarray
        Rows predicted to be of the class.
    """

    true_positives: Vector
    support: Vector
    predicted: Vector

    @property
    def total_weight(self) -> Vector:
        """Weight (...) of all rows."""
        total: Vector = self.support.sum(axis=-1)
        return total


def class_totals(y: Target, labels: Target, n_classes: int, weight: Weight = None) -> ClassTotals:
    """Return the totals (n_classes,) of rows with the given true and predicted classes."""
    hit = labels == y
    hit_weight = None if weight is None else weight[hit]
    counts = (
        np.bincount(y[hit], hit_weight, n_classes),
        np.bincount(y, weight, n_classes),
        np.bincount(labels, weight, n_classes),
    )
    return ClassTotals(*(count.astype(np.float64, copy=False) for count in counts))


@dataclass(frozen=True, slots=True)
class ConfusionLoss:
    """Loss of the most probable classes; ties go to the first.

    Attributes
    ----------
    of_totals : callable
        Maps `ClassTotals` of shape (..., n_classes) to losses (...).
    """

    of_totals: Callable[[ClassTotals], Vector]

    def __call__(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return the loss; NaN when the total weight is zero."""
        labels = np.argmax(predictions, axis=1)
        return float(self.of_totals(class_totals(y, labels, predictions.shape[1], weight)))


def error_rate(totals: ClassTotals) -> Vector:
    """1 - accuracy."""
    total_weight = totals.total_weight
    correct = totals.true_positives.sum(axis=-1)
    return _undefined_if_empty(total_weight, 1 - _ratio(correct, total_weight))


def balanced_error_rate(totals: ClassTotals) -> Vector:
    """1 - mean recall of the classes that occur."""
    recalls = recall(*totals).sum(axis=-1)
    n_occurring = (totals.support > 0).sum(axis=-1)
    return _undefined_if_empty(totals.total_weight, 1 - _ratio(recalls, n_occurring))


def matthews_loss(totals: ClassTotals) -> Vector:
    """1 - Matthews correlation coefficient."""
    true_positives, support, predicted = totals
    total = totals.total_weight
    covariance = true_positives.sum(axis=-1) * total - (support * predicted).sum(axis=-1)
    variance_true = total**2 - (support**2).sum(axis=-1)
    variance_predicted = total**2 - (predicted**2).sum(axis=-1)
    deviations = np.sqrt(variance_true * variance_predicted)
    return _undefined_if_empty(total, 1 - _ratio(covariance, deviations))


def precision(true_positives: Vector, support: Vector, predicted: Vector) -> Vector:
    """Share of the rows predicted to be of a class that are of it."""
    return _ratio(true_positives, predicted)


def recall(true_positives: Vector, support: Vector, predicted: Vector) -> Vector:
    """Share of the rows of a class that are predicted to be of it."""
    return _ratio(true_positives, support)


def f1(true_positives: Vector, support: Vector, predicted: Vector) -> Vector:
    """Harmonic mean of precision and recall."""
    return _ratio(2 * true_positives, support + predicted)


def jaccard(true_positives: Vector, support: Vector, predicted: Vector) -> Vector:
    """Share of true positives among the rows that are of a class or predicted to be of it."""
    return _ratio(true_positives, support + predicted - true_positives)


@dataclass(frozen=True, slots=True)
class AveragedLoss:
    """1 - average of a score of each class.

    Attributes
    ----------
    class_score : callable
        A `ClassScore`, such as `recall`.
    average : str
        ``"binary"`` (the second class alone), ``"first"`` (the first class alone), ``"macro"``,
        ``"micro"`` or ``"weighted"``.
    """

    class_score: ClassScore
    average: str

    def __call__(self, totals: ClassTotals) -> Vector:
        """Return the losses (...) of totals (..., n_classes)."""
        support, predicted = totals.support, totals.predicted
        if self.average == "binary":
            average = self.class_score(*totals)[..., -1]
        elif self.average == "first":
            average = self.class_score(*totals)[..., 0]
        elif self.average == "micro":
            average = self.class_score(*(total.sum(axis=-1) for total in totals))
        elif self.average == "macro":
            n_present = ((support + predicted) > 0).sum(axis=-1)
            average = _ratio(self.class_score(*totals).sum(axis=-1), n_present)
        else:
            weighted = (self.class_score(*totals) * support).sum(axis=-1)
            average = _ratio(weighted, totals.total_weight)
        return _undefined_if_empty(totals.total_weight, 1 - average)


def _ratio(numerator: Vector, denominator: Vector | NDArray[np.intp]) -> Vector:
    zero = denominator == 0
    ratio: Vector = np.where(zero, 0.0, numerator / np.where(zero, 1, denominator))
    return ratio


def _undefined_if_empty(total_weight: Vector, loss: Vector) -> Vector:
    return np.where(total_weight > 0, loss, np.nan)
