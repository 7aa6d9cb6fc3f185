"""Decision rules: which class to predict where the most probable one is not optimal.

A rare class is seldom the most probable one, yet F1 and balanced accuracy reward predicting it. The
threshold is tuned on held-out probabilities (Z. Lipton, C. Elkan, B. Naryanaswamy. "Optimal
thresholding of classifiers to maximize F1 measure". ECML PKDD 2014).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core import confusion
from autoskl.core.confusion import AveragedLoss, ClassTotals, ConfusionLoss, class_totals
from autoskl.core.losses import SMALLEST_PROBABILITY
from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, HeldOutTarget, Targets
from autoskl.ensembles.held_out_rows import MIN_ROWS, HeldOutRows, Vector, covers_all, n_scored_rows
from autoskl.ensembles.pool import best_candidates, max_candidates

Matrix = NDArray[np.float64]

_MAX_CELLS = 40_000
_PARTS = 5
_MIN_ROWS_OF_CLASS = 75
"""A class with so many rows is not missing from one of the parts by chance."""

_N_HALVES = 7
"""Random halves of the rows, the median of whose decisions is taken."""

_POWERS = np.arange(-3, 9) / 6
"""Candidate exponents: a class's probability is divided by this power of its frequency."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Factors by which probabilities are multiplied before the argmax.

    Attributes
    ----------
    factors : tuple of float, default=()
        One for each class; empty to predict the most probable class.
    """

    factors: tuple[float, ...] = ()

    def __call__(self, probabilities: FloatArray) -> FloatArray:
        """Return scores (n_rows, n_classes), whose argmax is the class; rows sum to 1."""
        if not self.factors:
            return probabilities
        scores = np.maximum(probabilities, SMALLEST_PROBABILITY) * np.asarray(self.factors)
        scaled: FloatArray = scores / scores.sum(axis=1, keepdims=True)
        return scaled


ARGMAX = Decision()


def needs_decision(metric: Metric) -> bool:
    """Whether predicting a class other than the most probable one may improve a metric."""
    if not isinstance(metric.loss, ConfusionLoss):
        return False
    loss = metric.loss.of_totals
    if isinstance(loss, AveragedLoss):
        is_averaged = loss.average != "micro"
        return is_averaged and loss.class_score in (confusion.f1, confusion.jaccard)
    return loss in (confusion.balanced_error_rate, confusion.matthews_loss)


def apply_common_decision(
    candidates: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    only: Collection[int] | None = None,
) -> list[Candidate]:
    """Apply the decision rule that is best for the mean of the candidates to each of them.

    With the most probable class, models cannot be distinguished on rare classes, since they never
    predict them.

    Parameters
    ----------
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
        For folds that all candidates have.
    metric : Metric
    only : collection of int or None, default=None
        Numbers of the candidates to return. None: those that `select` considers, since copies of
        all would double the memory of the predictions.
    """
    chosen = [c for c in candidates if only is None or c.number in only]
    if not needs_decision(metric):
        return chosen
    means = {fold: _mean(candidates, fold) for fold in targets}
    decision = fit_decision(means, targets, metric)
    if decision == ARGMAX:
        return chosen
    limit = len(chosen) if only is not None else max_candidates(metric)
    decided: list[Candidate] = []
    for candidate in chosen:
        decided.append(_apply(decision, candidate, targets, metric))
        if len(decided) > limit:
            decided = best_candidates(decided, limit)
    return decided


def fit_decision(
    predictions: Mapping[int, FloatArray], targets: Targets, metric: Metric
) -> Decision:
    """Return the best decision for a metric, if cross-validation confirms that it is better.

    With two classes it is a threshold; with more, each probability is divided by a power of the
    frequency of its class.

    Parameters
    ----------
    predictions : mapping of int to ndarray of shape (n_test, n_classes)
        Held-out predictions by fold.
    targets : mapping of int to HeldOutTarget
        For the same folds.
    metric : Metric

    Returns
    -------
    Decision
        `ARGMAX` for fewer than 100 rows, and for metrics that do not need a decision. When it was
        fitted on a sample, it must also be better for all rows.
    """
    if not needs_decision(metric) or not isinstance(metric.loss, ConfusionLoss):
        return ARGMAX
    if n_scored_rows(targets) < MIN_ROWS:
        return ARGMAX
    rows, loss = HeldOutRows.of(predictions, targets, _MAX_CELLS), metric.loss
    n_classes, is_complete = rows.predictions.shape[1], covers_all(rows, targets)
    # A sample may lack most of the rare classes.
    frequency = None if is_complete else _frequency(targets.values(), n_classes)
    default, tuned = np.zeros((2, 3, n_classes))
    parts = _parts(rows.y)
    for part in range(_PARTS):
        held_out, others = rows.take(parts == part), rows.take(parts != part)
        default += _totals(held_out, ARGMAX)
        tuned += _totals(held_out, _fit(others, loss, [others], frequency))
    if not loss.of_totals(ClassTotals(*tuned)) < loss.of_totals(ClassTotals(*default)):
        return ARGMAX
    halves = [generator("decision", i).random(len(rows.y)) < 0.5 for i in range(_N_HALVES)]
    fitted = _fit(rows, loss, [rows.take(half) for half in halves], frequency)
    if is_complete:
        return fitted
    losses = [_loss_of_all_rows(predictions, targets, loss, one) for one in (fitted, ARGMAX)]
    return fitted if losses[0] < losses[1] else ARGMAX


def _parts(y: NDArray[Any]) -> NDArray[np.intp]:
    """Assign rows to parts: cyclically, or stratified if the order of the classes is cyclic too."""
    parts = np.arange(len(y)) % _PARTS
    counts = np.bincount(y * _PARTS + parts, minlength=(int(y.max()) + 1) * _PARTS)
    by_class = counts.reshape(-1, _PARTS)
    if not np.any((by_class.sum(axis=1) >= _MIN_ROWS_OF_CLASS) & (by_class.min(axis=1) == 0)):
        return parts
    order = generator("decision", "parts").permutation(len(y))
    parts[order[np.argsort(y[order], kind="stable")]] = np.arange(len(y)) % _PARTS
    return parts


def _totals(rows: HeldOutRows, decision: Decision) -> Matrix:
    """Return the `ClassTotals` of a decision as an array (3, n_classes)."""
    labels = decision(rows.predictions).argmax(axis=1)
    return np.array(class_totals(rows.y, labels, rows.predictions.shape[1], rows.weight))


def _loss_of_all_rows(
    predictions: Mapping[int, FloatArray],
    targets: Targets,
    loss: ConfusionLoss,
    decision: Decision,
) -> float:
    """Return the loss of a decision over all held-out rows."""
    totals = np.zeros((3, next(iter(predictions.values())).shape[1]))
    for fold, target in targets.items():
        labels = decision(predictions[fold]).argmax(axis=1)
        totals += np.array(class_totals(target.y, labels, totals.shape[1], target.weight))
    return float(loss.of_totals(ClassTotals(*totals)))


def _fit(
    rows: HeldOutRows,
    loss: ConfusionLoss,
    samples: Sequence[HeldOutRows],
    frequency: Vector | None,
) -> Decision:
    """Return the median of the best decisions for the samples, which is robust to a few rows."""
    n_classes = rows.predictions.shape[1]
    if frequency is None:
        frequency = _frequency([rows], n_classes)
    if n_classes == 2:
        threshold = float(np.median([_threshold(sample, loss) for sample in samples]))
        return Decision((float(np.exp(threshold / 2)), float(np.exp(-threshold / 2))))
    power = float(np.median([_power(sample, loss, frequency) for sample in samples]))
    return Decision(tuple(((frequency.mean() / frequency) ** power).tolist()))


def _frequency(parts: Iterable[HeldOutRows | HeldOutTarget], n_classes: int) -> Vector:
    """Return the total weight of each class, plus 1, so that it is positive."""
    frequency = np.ones(n_classes)
    for rows in parts:
        frequency += np.bincount(rows.y, rows.weight, n_classes)
    return frequency


def _threshold(rows: HeldOutRows, loss: ConfusionLoss) -> float:
    """Return the threshold on the log odds of the second class with the lowest loss."""
    logs = np.log(np.maximum(rows.predictions.astype(np.float64), SMALLEST_PROBABILITY))
    log_odds = logs[:, 1] - logs[:, 0]
    order = np.argsort(log_odds, kind="stable")
    log_odds, y, weight = log_odds[order], rows.y[order], rows.weight[order]
    # Entry i: the first i rows are predicted as the first class, the others as the second.
    below = np.zeros((len(y) + 1, 2))
    for code in (0, 1):
        np.cumsum(np.where(y == code, weight, 0.0), out=below[1:, code])
    above = below[-1] - below
    totals = ClassTotals(
        true_positives=np.column_stack([below[:, 0], above[:, 1]]),
        support=below + above,
        predicted=np.column_stack([below.sum(axis=1), above.sum(axis=1)]),
    )
    middle = (log_odds[1:] + log_odds[:-1]) / 2
    thresholds = np.concatenate([[log_odds[0] - 1], middle, [log_odds[-1] + 1]])
    is_distinct = np.concatenate([[True], log_odds[1:] > log_odds[:-1], [True]])
    losses = np.where(is_distinct, loss.of_totals(totals), np.inf)
    best = np.flatnonzero(losses <= np.nanmin(losses))
    return float(thresholds[best[np.abs(thresholds[best]).argmin()]])


def _power(rows: HeldOutRows, loss: ConfusionLoss, frequency: Vector) -> float:
    """Return the exponent of the class frequencies with the lowest loss."""
    decisions = [Decision(tuple(frequency**-power)) for power in _POWERS]
    losses = [float(loss.of_totals(ClassTotals(*_totals(rows, one)))) for one in decisions]
    best = np.flatnonzero(losses <= np.nanmin(losses))
    return float(_POWERS[best[np.abs(_POWERS[best]).argmin()]])


def _mean(candidates: Sequence[Candidate], fold: int) -> FloatArray:
    """Return the mean predictions of a fold, accumulated to save memory."""
    total = np.zeros(candidates[0].predictions[fold].shape)
    for candidate in candidates:
        total += candidate.predictions[fold]
    return total / len(candidates)


def _scores(predictions: FloatArray, decision: Decision) -> FloatArray:
    return decision(predictions).astype(predictions.dtype, copy=False)


def _apply(decision: Decision, candidate: Candidate, targets: Targets, metric: Metric) -> Candidate:
    scores = {fold: _scores(candidate.predictions[fold], decision) for fold in targets}
    losses = {
        fold: metric.safe_loss(target.y, scores[fold], target.weight)
        for fold, target in targets.items()
    }
    return replace(candidate, predictions=scores, losses=losses)
