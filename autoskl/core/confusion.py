"""Losses of predicted classes, by way of three numbers for each class.

These are the diagonal and the two margins of the confusion matrix: its other cells do not matter to
any of the losses, and of many classes they are too many. Arrays have the shape (..., n_classes), so
that many ensembles are judged at once. Classes that neither occur nor are predicted do not count,
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
Share = Callable[[Vector, Vector, Vector], Vector]
"""From `ClassTotals` to a share of each class."""


class ClassTotals(NamedTuple):
    """Weights of rows, each of shape (..., n_classes).

    Attributes
    ----------
    positives : ndarray
        Of a class and predicted to be of it.
    true : ndarray
        Of a class.
    predicted : ndarray
        Predicted to be of a class.
    """

    positives: Vector
    true: Vector
    predicted: Vector

    @property
    def whole(self) -> Vector:
        """Weight (...) of all rows."""
        total: Vector = self.true.sum(axis=-1)
        return total


def class_totals(y: Target, labels: Target, n_classes: int, weight: Weight = None) -> ClassTotals:
    """Return the totals (n_classes,) of rows by their true and their predicted classes."""
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
    """Loss of the likeliest classes; of equals the first is taken.

    Attributes
    ----------
    of_totals : callable
        From `ClassTotals` of arrays (..., n_classes) to losses (...).
    """

    of_totals: Callable[[ClassTotals], Vector]

    def __call__(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return the loss; NaN when there is no weight at all."""
        labels = np.argmax(predictions, axis=1)
        return float(self.of_totals(class_totals(y, labels, predictions.shape[1], weight)))


def error_rate(totals: ClassTotals) -> Vector:
    """1 - accuracy."""
    whole = totals.whole
    return _undefined_if_empty(whole, 1 - _ratio(totals.positives.sum(axis=-1), whole))


def balanced_error_rate(totals: ClassTotals) -> Vector:
    """1 - mean recall of the classes that occur."""
    recalls = recall(*totals).sum(axis=-1)
    n_occurring = (totals.true > 0).sum(axis=-1)
    return _undefined_if_empty(totals.whole, 1 - _ratio(recalls, n_occurring))


def matthews_deficit(totals: ClassTotals) -> Vector:
    """1 - Matthews correlation coefficient."""
    positives, true, predicted = totals
    whole = totals.whole
    covariance = positives.sum(axis=-1) * whole - (true * predicted).sum(axis=-1)
    spread_true = whole**2 - (true**2).sum(axis=-1)
    spread_predicted = whole**2 - (predicted**2).sum(axis=-1)
    spread = np.sqrt(spread_true * spread_predicted)
    return _undefined_if_empty(whole, 1 - _ratio(covariance, spread))


def precision(positives: Vector, true: Vector, predicted: Vector) -> Vector:
    """Share of the rows predicted to be of a class that are."""
    return _ratio(positives, predicted)


def recall(positives: Vector, true: Vector, predicted: Vector) -> Vector:
    """Share of the rows of a class that are predicted to be."""
    return _ratio(positives, true)


def f1(positives: Vector, true: Vector, predicted: Vector) -> Vector:
    """Harmonic mean of precision and recall."""
    return _ratio(2 * positives, true + predicted)


def jaccard(positives: Vector, true: Vector, predicted: Vector) -> Vector:
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

    def __call__(self, totals: ClassTotals) -> Vector:
        """Return the deficits (...) of totals (..., n_classes)."""
        true, predicted = totals.true, totals.predicted
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
            average = _ratio(weighted, totals.whole)
        return _undefined_if_empty(totals.whole, 1 - average)


def _ratio(numerator: Vector, denominator: Vector | NDArray[np.intp]) -> Vector:
    zero = denominator == 0
    ratio: Vector = np.where(zero, 0.0, numerator / np.where(zero, 1, denominator))
    return ratio


def _undefined_if_empty(total: Vector, loss: Vector) -> Vector:
    return np.where(total > 0, loss, np.nan)
