"""Which class is predicted, where the likeliest one is not the best choice for the metric.

A rare class is seldom the likeliest one, yet F1 or balanced accuracy ask for it. Held-out
probabilities say from where on it pays to predict it (Z. Lipton, C. Elkan, B. Naryanaswamy.
"Optimal thresholding of classifiers to maximize F1 measure". ECML PKDD 2014).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core import confusion
from autoskl.core.confusion import AveragedDeficit, ClassTotals, ConfusionLoss, class_totals
from autoskl.core.losses import SMALLEST_PROBABILITY
from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.core.seeds import generator
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.held_out_rows import LEAST_ROWS, HeldOutRows, Vector, are_all, n_scored
from autoskl.ensembles.pool import most_candidates, strongest

Matrix = NDArray[np.float64]

_LARGEST_CELLS = 40_000
_PARTS = 5
_NEVER_MISSING = 75
"""Rows of a class that are not all outside of one of the parts by chance."""

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
    deficit = metric.loss.of_totals
    if isinstance(deficit, AveragedDeficit):
        return deficit.share in (confusion.f1, confusion.jaccard) and deficit.average != "micro"
    return deficit in (confusion.balanced_error_rate, confusion.matthews_deficit)


def with_common_decision(
    candidates: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    only: Collection[int] | None = None,
) -> list[Candidate]:
    """Return candidates whose predictions are scores of a decision that suits their mean.

    At the likeliest class, models of rare classes look alike, since they never predict them.

    Parameters
    ----------
    candidates : sequence of Candidate
    truths : mapping of int to Truth
        For folds that all of them have.
    metric : Metric
    only : collection of int or None, default=None
        Numbers of those that are returned. None: those that `select` looks at; copies of all would
        take more memory than the predictions themselves.
    """
    chosen = [c for c in candidates if only is None or c.number in only]
    if not asks_for_rare_classes(metric):
        return chosen
    decision = fit_decision({fold: _mean(candidates, fold) for fold in truths}, truths, metric)
    if decision == LIKELIEST:
        return chosen
    most = len(chosen) if only is not None else most_candidates(metric)
    decided: list[Candidate] = []
    for candidate in chosen:
        decided.append(_decided(candidate, truths, metric, decision))
        if len(decided) > most:
            decided = strongest(decided, most)
    return decided


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
        `LIKELIEST` for less than 100 rows, and for other metrics. Where of many rows a part was
        looked at, the decision has to be better for all of them.
    """
    if not asks_for_rare_classes(metric) or not isinstance(metric.loss, ConfusionLoss):
        return LIKELIEST
    if n_scored(truths) < LEAST_ROWS:
        return LIKELIEST
    rows, loss = HeldOutRows.of(predictions, truths, _LARGEST_CELLS), metric.loss
    n_classes, are_few = rows.predictions.shape[1], are_all(rows, truths)
    # What was drawn may lack most of many classes.
    frequency = None if are_few else _frequency(truths.values(), n_classes)
    plain, decided = np.zeros((2, 3, n_classes))
    parts = _parts(rows.y)
    for part in range(_PARTS):
        held_out, others = rows.take(parts == part), rows.take(parts != part)
        plain += _totals(held_out, LIKELIEST)
        decided += _totals(held_out, _best(others, loss, [others], frequency))
    if not loss.of_totals(ClassTotals(*decided)) < loss.of_totals(ClassTotals(*plain)):
        return LIKELIEST
    halves = [generator("decision", i).random(len(rows.y)) < 0.5 for i in range(_HALVES)]
    found = _best(rows, loss, [rows.take(half) for half in halves], frequency)
    if are_few:
        return found
    losses = [_loss_of_all(predictions, truths, loss, one) for one in (found, LIKELIEST)]
    return found if losses[0] < losses[1] else LIKELIEST


def _parts(y: NDArray[Any]) -> NDArray[np.intp]:
    """Return a part for each row: by turns, unless classes come by turns too."""
    parts = np.arange(len(y)) % _PARTS
    counts = np.bincount(y * _PARTS + parts, minlength=(int(y.max()) + 1) * _PARTS)
    of_class = counts.reshape(-1, _PARTS)
    if not np.any((of_class.sum(axis=1) >= _NEVER_MISSING) & (of_class.min(axis=1) == 0)):
        return parts
    order = generator("decision", "parts").permutation(len(y))
    parts[order[np.argsort(y[order], kind="stable")]] = np.arange(len(y)) % _PARTS
    return parts


def _totals(rows: HeldOutRows, decision: Decision) -> Matrix:
    """Return `ClassTotals` of a decision as rows (3, n_classes)."""
    labels = decision(rows.predictions).argmax(axis=1)
    return np.array(class_totals(rows.y, labels, rows.predictions.shape[1], rows.weight))


def _loss_of_all(
    predictions: Mapping[int, FloatArray],
    truths: Mapping[int, Truth],
    loss: ConfusionLoss,
    decision: Decision,
) -> float:
    """Return the loss of a decision for all held-out rows."""
    told = np.zeros((3, next(iter(predictions.values())).shape[1]))
    for fold, truth in truths.items():
        labels = decision(predictions[fold]).argmax(axis=1)
        told += np.array(class_totals(truth.y, labels, told.shape[1], truth.weight))
    return float(loss.of_totals(ClassTotals(*told)))


def _best(
    rows: HeldOutRows,
    loss: ConfusionLoss,
    samples: Sequence[HeldOutRows],
    frequency: Vector | None,
) -> Decision:
    """Return the median of the best decisions for samples, which a few rows do not move."""
    n_classes = rows.predictions.shape[1]
    if frequency is None:
        frequency = _frequency([rows], n_classes)
    if n_classes == 2:
        threshold = float(np.median([_threshold(sample, loss) for sample in samples]))
        return Decision((float(np.exp(threshold / 2)), float(np.exp(-threshold / 2))))
    power = float(np.median([_power(sample, loss, frequency) for sample in samples]))
    return Decision(tuple(((frequency.mean() / frequency) ** power).tolist()))


def _frequency(parts: Iterable[HeldOutRows | Truth], n_classes: int) -> Vector:
    """Return the weight of each class, and 1 more, so that none has none."""
    frequency = np.ones(n_classes)
    for rows in parts:
        frequency += np.bincount(rows.y, rows.weight, n_classes)
    return frequency


def _threshold(rows: HeldOutRows, loss: ConfusionLoss) -> float:
    """Return the logit from which on the second class is predicted with the least loss."""
    logs = np.log(np.maximum(rows.predictions.astype(np.float64), SMALLEST_PROBABILITY))
    lead = logs[:, 1] - logs[:, 0]
    order = np.argsort(lead, kind="stable")
    lead, y, weight = lead[order], rows.y[order], rows.weight[order]
    # With the first so many rows taken for the first class, the others for the second.
    below = np.zeros((len(y) + 1, 2))
    for code in (0, 1):
        np.cumsum(np.where(y == code, weight, 0.0), out=below[1:, code])
    above = below[-1] - below
    totals = ClassTotals(
        positives=np.column_stack([below[:, 0], above[:, 1]]),
        true=below + above,
        predicted=np.column_stack([below.sum(axis=1), above.sum(axis=1)]),
    )
    cuts = np.concatenate([[lead[0] - 1], (lead[1:] + lead[:-1]) / 2, [lead[-1] + 1]])
    is_cut = np.concatenate([[True], lead[1:] > lead[:-1], [True]])
    losses = np.where(is_cut, loss.of_totals(totals), np.inf)
    best = np.flatnonzero(losses <= np.nanmin(losses))
    return float(cuts[best[np.abs(cuts[best]).argmin()]])


def _power(rows: HeldOutRows, loss: ConfusionLoss, frequency: Vector) -> float:
    decisions = [Decision(tuple(frequency**-power)) for power in _POWERS]
    losses = [float(loss.of_totals(ClassTotals(*_totals(rows, one)))) for one in decisions]
    best = np.flatnonzero(losses <= np.nanmin(losses))
    return float(_POWERS[best[np.abs(_POWERS[best]).argmin()]])


def _mean(candidates: Sequence[Candidate], fold: int) -> FloatArray:
    """Return the mean predictions of a fold, one candidate after another to save memory."""
    total = np.zeros(candidates[0].predictions[fold].shape)
    for candidate in candidates:
        total += candidate.predictions[fold]
    return total / len(candidates)


def _scores(predictions: FloatArray, decision: Decision) -> FloatArray:
    return decision(predictions).astype(predictions.dtype, copy=False)


def _decided(
    candidate: Candidate, truths: Mapping[int, Truth], metric: Metric, decision: Decision
) -> Candidate:
    scores = {fold: _scores(candidate.predictions[fold], decision) for fold in truths}
    losses = {
        fold: metric.safe_loss(truth.y, scores[fold], truth.weight)
        for fold, truth in truths.items()
    }
    return replace(candidate, predictions=scores, losses=losses)
