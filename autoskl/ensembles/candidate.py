"""What selection knows: predictions of held-out rows, and the truth about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.losses import Target, Weight
from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray, IntArray
from autoskl.history.trial_record import TrialRecord


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Target of the held-out rows of a fold.

    Attributes
    ----------
    y : ndarray of shape (n_test,)
        Class codes or values.
    weight : ndarray of shape (n_test,) or None
        Weights of the rows in scores.
    rows : ndarray of int of shape (n_test,)
        Positions in the dataset; the same row may be held out in several folds.
    """

    y: Target
    weight: Weight
    rows: IntArray

    @property
    def row_weights(self) -> NDArray[np.floating[Any]]:
        """Weights of the rows, 1 where none are given."""
        return np.ones(len(self.y)) if self.weight is None else self.weight

    def take(self, chosen: IntArray) -> Truth:
        """Return the truth about some of the rows, given by their positions here."""
        weight = None if self.weight is None else self.weight[chosen]
        return Truth(self.y[chosen], weight, self.rows[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A trial that may become a member.

    Attributes
    ----------
    number : int
        Of the trial.
    family : str
    predictions : mapping of int to ndarray of shape (n_test, n_outputs)
        By fold.
    losses : mapping of int to float
        By fold.
    cost : float
        Of two candidates that are equally good the cheaper is taken; any unit.
    crossed : mapping of int to ndarray of shape (n_test, n_outputs)
        Predictions of a fold to which its rows have contributed nothing, where they are others: see
        `TrialRecord.predictions`.
    """

    number: int
    family: str
    predictions: Mapping[int, FloatArray]
    losses: Mapping[int, float]
    cost: float = 0.0
    crossed: Mapping[int, FloatArray] = field(default_factory=dict)

    def loss(self, folds: Iterable[int]) -> float:
        """Mean loss over some folds."""
        return float(np.mean([self.losses[fold] for fold in folds]))

    def take(self, chosen: Mapping[int, IntArray]) -> Candidate:
        """Return the candidate with some rows of some folds only; losses stay as they are.

        Parameters
        ----------
        chosen : mapping of int to ndarray of int
            Positions of the rows by fold, rising. Of all rows of a fold no copy is made.
        """
        return replace(
            self,
            predictions={f: _rows(self.predictions[f], i) for f, i in chosen.items()},
            crossed={f: _rows(self.crossed[f], i) for f, i in chosen.items() if f in self.crossed},
        )

    def as_unseen(self, fold: int) -> Candidate:
        """Return the candidate with its crossed predictions of a fold, and no others."""
        predictions = self.crossed.get(fold, self.predictions[fold])
        return replace(self, predictions={fold: predictions})


def _rows(predictions: FloatArray, chosen: IntArray) -> FloatArray:
    return predictions if len(chosen) == len(predictions) else predictions[chosen]


def candidates_of(
    records: Iterable[TrialRecord], cost: Callable[[TrialRecord], float] | None = None
) -> list[Candidate]:
    """Return the trials that have predictions as candidates.

    Parameters
    ----------
    records : iterable of TrialRecord
    cost : callable, default=None
        Cost of a trial as a member; none by default, as must be where runs are to be repeatable and
        costs are measured.
    """
    return [
        Candidate(
            record.trial.number,
            record.name,
            {fold: record.predictions(fold) for fold in record.fold_losses()},
            dict(record.fold_losses()),
            0.0 if cost is None else cost(record),
            _crossed(record),
        )
        for record in records
        if record.fold_losses()
    ]


def _crossed(record: TrialRecord) -> dict[int, FloatArray]:
    crossed = {fold: record.predictions(fold, crossed=True) for fold in record.fold_losses()}
    return {
        fold: predictions
        for fold, predictions in crossed.items()
        if not np.shares_memory(predictions, record.predictions(fold))
    }


def shared_folds(candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """Folds in which all candidates have predictions, in rising order."""
    if not candidates:
        return ()
    return tuple(sorted(set.intersection(*(set(c.predictions) for c in candidates))))


def mixture(candidates: Sequence[Candidate], weights: Mapping[int, float], fold: int) -> FloatArray:
    """Return the weighted mean (n_test, n_outputs) of candidates' predictions of a fold."""
    members = [c for c in candidates if weights.get(c.number, 0.0) > 0]
    total = np.zeros(members[0].predictions[fold].shape, dtype=np.float64)
    for member in members:
        total += weights[member.number] * member.predictions[fold]
    return total


def mixture_loss(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    truths: Mapping[int, Truth],
    metric: Metric,
) -> float:
    """Return the mean loss of a weighted mean of candidates over the folds of ``truths``."""
    losses = [
        metric.safe_loss(truth.y, mixture(candidates, weights, fold), truth.weight)
        for fold, truth in truths.items()
    ]
    return float(np.mean(losses))
