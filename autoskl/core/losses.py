"""Losses in plain numpy, equal to scikit-learn's metrics up to rounding.

Each takes y of shape (n_rows,), holding class codes or values; predictions of shape (n_rows,
n_outputs), holding probabilities in the order of the codes or one column of values; and the row
weights or None.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import FloatArray

Target = NDArray[Any]
Weight = NDArray[np.floating[Any]] | None

SMALLEST_PROBABILITY = float(np.finfo(np.float64).eps)
"""Probabilities are clipped to [this, 1 - this], as in scikit-learn's log loss."""


def log_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Mean of -log(probability of the true class)."""
    chosen = predictions[np.arange(len(y)), y].astype(np.float64)
    chosen = np.clip(chosen, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return _mean(-np.log(chosen), weight)


def squared_error(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Mean squared error."""
    return _mean(_residuals(y, predictions) ** 2, weight)


def root_squared_error(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(squared_error(y, predictions, weight)))


def absolute_error(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Mean absolute error."""
    return _mean(np.abs(_residuals(y, predictions)), weight)


def unexplained_variance(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """1 - R²: NaN below two rows; for a constant y, 0 if predicted exactly, else 1."""
    if len(y) < 2:
        return float("nan")
    squares = _residuals(y, predictions) ** 2
    deviations = (y - np.average(y, weights=weight)) ** 2
    if weight is not None:
        squares, deviations = weight * squares, weight * deviations
    numerator, denominator = float(np.sum(squares)), float(np.sum(deviations))
    if denominator == 0:
        return 0.0 if numerator == 0 else 1.0
    return numerator / denominator


def roc_auc_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """1 - area under the ROC curve of class 1 against class 0; NaN if one of them is absent.

    The area is the share of pairs (one row of each class) that the scores order correctly; ties
    count half.
    """
    scores = predictions[:, -1]
    if np.isnan(scores).any():
        return float("nan")
    order = np.argsort(scores)
    scores, positive = scores[order], y[order] == 1
    weights = np.ones(len(y)) if weight is None else weight[order].astype(np.float64)
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    positives = np.add.reduceat(np.where(positive, weights, 0.0), starts)
    negatives = np.add.reduceat(np.where(positive, 0.0, weights), starts)
    pairs = positives.sum() * negatives.sum()
    if pairs == 0:
        return float("nan")
    below = np.cumsum(negatives) - negatives / 2
    return float(1 - positives @ below / pairs)


def roc_auc_ovr_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """1 - mean of the areas of each class against the rest; ValueError if a class is absent."""
    return float(np.mean(_losses_against_rest(y, predictions, weight)))


def roc_auc_ovr_weighted_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Like `roc_auc_ovr_loss`, but classes count in proportion to their rows."""
    shares = np.bincount(y, weight, predictions.shape[1])
    return float(np.average(_losses_against_rest(y, predictions, weight), weights=shares))


def roc_auc_ovo_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """1 - mean of the areas over all pairs of classes; ValueError if a class is absent."""
    return float(np.mean([loss for loss, _ in _losses_of_pairs(y, predictions, weight)]))


def roc_auc_ovo_weighted_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Like `roc_auc_ovo_loss`, but pairs of classes count in proportion to their rows."""
    pairs, shares = zip(*_losses_of_pairs(y, predictions, weight), strict=True)
    return float(np.average(pairs, weights=shares))


def _losses_against_rest(y: Target, predictions: FloatArray, weight: Weight) -> list[float]:
    _require_all_classes(y, predictions, weight)
    return [
        roc_auc_loss((y == code).astype(np.int64), predictions[:, [code]], weight)
        for code in range(predictions.shape[1])
    ]


def _losses_of_pairs(
    y: Target, predictions: FloatArray, weight: Weight
) -> list[tuple[float, float]]:
    """Return the loss and the share of the rows of each pair of classes.

    The area of a pair is the mean of those by the probability of either class. D. J. Hand and R. J.
    Till: "A simple generalisation of the area under the ROC curve for multiple class classification
    problems", Machine Learning 45, 2001.
    """
    _require_all_classes(y, predictions, weight)
    counts = np.bincount(y, weight, predictions.shape[1])
    rows = [np.flatnonzero(y == code) for code in range(len(counts))]
    pairs = []
    for first, second in combinations(range(len(counts)), 2):
        both = np.concatenate([rows[first], rows[second]])
        own = None if weight is None else weight[both]
        by_either = [
            roc_auc_loss((y[both] == code).astype(np.int64), predictions[both][:, [code]], own)
            for code in (first, second)
        ]
        pairs.append((sum(by_either) / 2, float(counts[first] + counts[second])))
    return pairs


def _require_all_classes(y: Target, predictions: FloatArray, weight: Weight) -> None:
    n_classes = predictions.shape[1]
    n_absent = int(np.sum(np.bincount(y, weight, n_classes) == 0))
    if n_absent:
        raise ValueError(f"{n_absent} of the {n_classes} classes have no row of positive weight.")


def average_precision_loss(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """1 - average precision of class 1: the mean over its rows of the precision at their score.

    It is 1 without a row of the class, as in scikit-learn.
    """
    scores = predictions[:, -1]
    if np.isnan(scores).any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    scores, positive = scores[order], y[order] == 1
    weights = np.ones(len(y)) if weight is None else weight[order].astype(np.float64)
    ends = np.flatnonzero(np.r_[scores[1:] != scores[:-1], True])
    found = np.cumsum(np.where(positive, weights, 0.0))[ends]
    if found[-1] == 0:
        return 1.0
    above = np.cumsum(weights)[ends]
    precision = np.divide(found, above, out=np.zeros(len(ends)), where=above > 0)
    return float(1 - np.diff(found, prepend=0.0) @ precision / found[-1])


def brier(y: Target, predictions: FloatArray, weight: Weight = None) -> float:
    """Mean squared error of the probability of class 1, for two classes."""
    return _mean((predictions[:, -1].astype(np.float64) - (y == 1)) ** 2, weight)


def _residuals(y: Target, predictions: FloatArray) -> NDArray[np.float64]:
    return np.asarray(y, dtype=np.float64) - predictions[:, 0]


def _mean(values: NDArray[np.float64], weight: Weight) -> float:
    return float(np.average(values, weights=weight))
