"""Which class is predicted, where the likeliest one is not the best choice for the metric.

A rare class is seldom the likeliest one, yet F1 or balanced accuracy ask for it. Held-out
probabilities say from where on it pays to predict it (Z. Lipton, C. Elkan, B. Naryanaswamy.
"Optimal thresholding of classifiers to maximize F1 measure". ECML PKDD 2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autoskl.core import confusion
from autoskl.core.confusion import AveragedDeficit, ConfusionLoss, confusion_matrix
from autoskl.core.losses import SMALLEST_PROBABILITY
from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.held_out_rows import LEAST_ROWS, HeldOutRows, Vector, n_scored

Matrix = NDArray[np.float64]

_LARGEST_CELLS = 40_000
_PARTS = 5
_HALVES = 7
"""Random halves of the rows, the median of whose decisions is taken."""

_POWERS = np.arange(-3, 9) / 6
"""Of the frequency of a class, by the inverse of which its probability is multiplied."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Factors by which probabilities are multiplied before the largest is taken.

    Attributes
    ----------
    factors : tuple of float, default=()
        One for each class; empty where the likeliest class is predicted.
    """

    factors: tuple[float, ...] = ()

    def __call__(self, probabilities: FloatArray) -> FloatArray:
        """Return scores (n_rows, n_classes), in rows of sum 1; the largest is the class."""
        if not self.factors:
            return probabilities
        scores = np.maximum(probabilities, SMALLEST_PROBABILITY) * np.asarray(self.factors)
        scaled: FloatArray = scores / scores.sum(axis=1, keepdims=True)
        return scaled


LIKELIEST = Decision()


def asks_for_rare_classes(metric: Metric) -> bool:
    """Whether another class than the likeliest may be the better one to predict."""
    if not isinstance(metric.loss, ConfusionLoss):
        return False
    deficit = metric.loss.of_matrix
    if isinstance(deficit, AveragedDeficit):
        return deficit.share in (confusion.f1, confusion.jaccard) and deficit.average != "micro"
    return deficit in (confusion.balanced_error_rate, confusion.matthews_deficit)


def with_common_decision(
    candidates: Sequence[Candidate], truths: Mapping[int, Truth], metric: Metric
) -> list[Candidate]:
    """Return candidates whose predictions are scores of a decision that suits their mean.

    At the likeliest class, models of rare classes look alike, since they never predict them.

    Parameters
    ----------
    candidates : sequence of Candidate
    truths : mapping of int to Truth
        For folds that all of them have.
    metric : Metric
    """
    if not asks_for_rare_classes(metric):
        return list(candidates)
    means = {fold: np.mean([c.predictions[fold] for c in candidates], axis=0) for fold in truths}
    decision = fit_decision(means, truths, metric)
    if decision == LIKELIEST:
        return list(candidates)
    return [_decided(candidate, truths, metric, decision) for candidate in candidates]


def fit_decision(
    predictions: Mapping[int, FloatArray], truths: Mapping[int, Truth], metric: Metric
) -> Decision:
    """Return the decision that is best for a metric, if it is on rows that it was not made by.

    Two classes get a threshold; of more, each is multiplied by a power of its frequency.

    Parameters
    ----------
    predictions : mapping of int to ndarray of shape (n_test, n_classes)
        Held out, by fold.
    truths : mapping of int to Truth
        For the same folds.
    metric : Metric

    Returns
    -------
    Decision
        `LIKELIEST` for less than 100 rows, and for other metrics.
    """
    if not asks_for_rare_classes(metric) or not isinstance(metric.loss, ConfusionLoss):
        return LIKELIEST
    if n_scored(truths) < LEAST_ROWS:
        return LIKELIEST
    rows = HeldOutRows.of(predictions, truths, _LARGEST_CELLS)
    n_classes = rows.predictions.shape[1]
    plain, decided = np.zeros((2, n_classes, n_classes))
    for part in range(_PARTS):
        inside = np.arange(len(rows.y)) % _PARTS == part
        held_out, others = rows.take(inside), rows.take(~inside)
        plain += _matrix(held_out, LIKELIEST)
        decided += _matrix(held_out, _best(others, metric.loss, [others]))
    if not metric.loss.of_matrix(decided) < metric.loss.of_matrix(plain):
        return LIKELIEST
    halves = [generator("decision", i).random(len(rows.y)) < 0.5 for i in range(_HALVES)]
    return _best(rows, metric.loss, [rows.take(half) for half in halves])


def _matrix(rows: HeldOutRows, decision: Decision) -> Matrix:
    """Return the confusion matrix of a decision."""
    labels = decision(rows.predictions).argmax(axis=1)
    return confusion_matrix(rows.y, labels, rows.predictions.shape[1], rows.weight)


def _best(rows: HeldOutRows, loss: ConfusionLoss, samples: Sequence[HeldOutRows]) -> Decision:
    """Return the median of the best decisions for samples, which a few rows do not move."""
    n_classes = rows.predictions.shape[1]
    frequency = np.bincount(rows.y, rows.weight, n_classes) + 1.0
    if n_classes == 2:
        threshold = float(np.median([_threshold(sample, loss) for sample in samples]))
        return Decision((float(np.exp(threshold / 2)), float(np.exp(-threshold / 2))))
    power = float(np.median([_power(sample, loss, frequency) for sample in samples]))
    return Decision(tuple(((frequency.mean() / frequency) ** power).tolist()))


def _threshold(rows: HeldOutRows, loss: ConfusionLoss) -> float:
    """Return the logit from which on the second class is predicted with the least loss."""
    logs = np.log(np.maximum(rows.predictions.astype(np.float64), SMALLEST_PROBABILITY))
    lead = logs[:, 1] - logs[:, 0]
    order = np.argsort(lead, kind="stable")
    lead, y, weight = lead[order], rows.y[order], rows.weight[order]
    matrices = np.zeros((len(y) + 1, 2, 2))
    for code in (0, 1):
        # With the first so many rows taken for the first class, the others for the second.
        below = np.concatenate([[0.0], np.cumsum(np.where(y == code, weight, 0.0))])
        matrices[:, code, 0], matrices[:, code, 1] = below, below[-1] - below
    cuts = np.concatenate([[lead[0] - 1], (lead[1:] + lead[:-1]) / 2, [lead[-1] + 1]])
    is_cut = np.concatenate([[True], lead[1:] > lead[:-1], [True]])
    losses = np.where(is_cut, loss.of_matrix(matrices), np.inf)
    best = np.flatnonzero(losses <= np.nanmin(losses))
    return float(cuts[best[np.abs(cuts[best]).argmin()]])


def _power(rows: HeldOutRows, loss: ConfusionLoss, frequency: Vector) -> float:
    decisions = [Decision(tuple(frequency**-power)) for power in _POWERS]
    losses = [float(loss.of_matrix(_matrix(rows, decision))) for decision in decisions]
    best = np.flatnonzero(losses <= np.nanmin(losses))
    return float(_POWERS[best[np.abs(_POWERS[best]).argmin()]])


def _decided(
    candidate: Candidate, truths: Mapping[int, Truth], metric: Metric, decision: Decision
) -> Candidate:
    scores = {fold: decision(candidate.predictions[fold]) for fold in truths}
    losses = {
        fold: metric.safe_loss(truth.y, scores[fold], truth.weight)
        for fold, truth in truths.items()
    }
    return replace(candidate, predictions=scores, losses=losses)
