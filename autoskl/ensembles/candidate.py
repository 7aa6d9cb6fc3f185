"""Candidates for the ensemble: held-out predictions of trials, and the targets of those rows."""

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
class HeldOutTarget:
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
        """Weights of the rows, all 1 by default."""
        return np.ones(len(self.y)) if self.weight is None else self.weight

    def take(self, chosen: IntArray) -> HeldOutTarget:
        """Return the target of some of the rows, given by their positions in the fold."""
        weight = None if self.weight is None else self.weight[chosen]
        return HeldOutTarget(self.y[chosen], weight, self.rows[chosen])


Targets = Mapping[int, HeldOutTarget]
"""Targets by fold."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A trial that may become a member.

    Attributes
    ----------
    number : int
        Trial number.
    family : str
    predictions : mapping of int to ndarray of shape (n_test, n_outputs)
        By fold.
    losses : mapping of int to float
        By fold.
    cost : float
        Breaks ties between equally good candidates; any unit.
    cross_fitted : mapping of int to ndarray of shape (n_test, n_outputs)
        Cross-fitted predictions of the folds where they differ from ``predictions``: see
        `TrialRecord.predictions`.
    """

    number: int
    family: str
    predictions: Mapping[int, FloatArray]
    losses: Mapping[int, float]
    cost: float = 0.0
    cross_fitted: Mapping[int, FloatArray] = field(default_factory=dict)

    def loss(self, folds: Iterable[int]) -> float:
        """Return the mean loss over some folds."""
        return float(np.mean([self.losses[fold] for fold in folds]))

    def take(self, chosen: Mapping[int, IntArray]) -> Candidate:
        """Return the candidate restricted to some rows of some folds, with unchanged losses.

        Parameters
        ----------
        chosen : mapping of int to ndarray of int
            Positions of the rows by fold, ascending. All rows of a fold are not copied.
        """
        return replace(
            self,
            predictions={f: _rows(self.predictions[f], i) for f, i in chosen.items()},
            cross_fitted={
                f: _rows(self.cross_fitted[f], i)
                for f, i in chosen.items()
                if f in self.cross_fitted
            },
        )

    def with_cross_fitted(self, fold: int) -> Candidate:
        """Return the candidate with the cross-fitted predictions of one fold only."""
        predictions = self.cross_fitted.get(fold, self.predictions[fold])
        return replace(self, predictions={fold: predictions})


def _rows(predictions: FloatArray, chosen: IntArray) -> FloatArray:
    return predictions if len(chosen) == len(predictions) else predictions[chosen]


def candidates_of(
    records: Iterable[TrialRecord], cost: Callable[[TrialRecord], float] | None = None
) -> list[Candidate]:
    """Return a candidate for each trial that has predictions.

    Parameters
    ----------
    records : iterable of TrialRecord
    cost : callable, default=None
        Cost of a trial as a member. None where runs must be reproducible and costs are measured.
    """
    return [
        Candidate(
            record.trial.number,
            record.name,
            {fold: record.predictions(fold) for fold in record.fold_losses()},
            dict(record.fold_losses()),
            0.0 if cost is None else cost(record),
            _cross_fitted(record),
        )
        for record in records
        if record.fold_losses()
    ]


def _cross_fitted(record: TrialRecord) -> dict[int, FloatArray]:
    """Return the cross-fitted predictions of the folds where they differ from the others."""
    predictions = {f: record.predictions(f, cross_fitted=True) for f in record.fold_losses()}
    return {
        fold: outputs
        for fold, outputs in predictions.items()
        if not np.shares_memory(outputs, record.predictions(fold))
    }


def shared_folds(candidates: Sequence[Candidate]) -> tuple[int, ...]:
    """Return the folds for which all candidates have predictions, in ascending order."""
    if not candidates:
        return ()
    return tuple(sorted(set.intersection(*(set(c.predictions) for c in candidates))))


def mixture(candidates: Sequence[Candidate], weights: Mapping[int, float], fold: int) -> FloatArray:
    """Return the weighted mean (n_test, n_outputs) of the candidates' predictions of a fold."""
    members = [c for c in candidates if weights.get(c.number, 0.0) > 0]
    total = np.zeros(members[0].predictions[fold].shape, dtype=np.float64)
    for member in members:
        total += weights[member.number] * member.predictions[fold]
    return total


def mixture_loss(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    targets: Targets,
    metric: Metric,
) -> float:
    """Return the loss of a weighted mean of candidates, averaged over the folds of ``targets``."""
    losses = [
        metric.safe_loss(target.y, mixture(candidates, weights, fold), target.weight)
        for fold, target in targets.items()
    ]
    return float(np.mean(losses))
