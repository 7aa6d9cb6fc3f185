"""All that is known of one trial."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from autoskl.core.result import FloatArray, FoldResult, IntArray, Status
from autoskl.core.trial import Trial
from autoskl.history.learning_curve import LearningCurve, mean_curve, nearest_checkpoint

_FEW_CELLS = 100_000
"""Crossed predictions of a fold that are kept: on more rows they tell nothing new."""


class TrialRecord:
    """A trial and the results of its folds so far.

    Models with iterations are judged at one number of iterations for all folds, the minimum of the
    mean learning curve; it moves while folds are added, until `compact` settles it.

    Parameters
    ----------
    trial : Trial
    name : str, default=None
        How the trial is called in tables; the component of the role "model" by default.
    unscored : collection of int, default=()
        Folds on which the metric is undefined, so that they have predictions but no losses.

    Attributes
    ----------
    trial : Trial
    name : str
    finite_losses : (tuple of int, tuple of float)
        Folds with a finite loss, in rising order, and these losses.
    """

    def __init__(
        self, trial: Trial, name: str | None = None, unscored: Collection[int] = ()
    ) -> None:
        self.trial = trial
        self._unscored = frozenset(unscored)
        self.name = str(trial.configuration.get("model", "")) if name is None else name
        self._folds: dict[int, FoldResult] = {}
        self._losses: dict[int, float] = {}
        self.finite_losses: tuple[tuple[int, ...], tuple[float, ...]] = (), ()
        self._curve: LearningCurve | None = None
        self._crossed: dict[int, FloatArray] = {}
        self._is_settled = False

    def __repr__(self) -> str:
        return f"TrialRecord({self.trial.number}, {self.name!r}, folds={sorted(self._folds)})"

    def add(self, result: FoldResult) -> None:
        """Add the result of a fold.

        Raises
        ------
        ValueError
            When the fold has a result already, or predictions lack their losses.
        """
        if result.fold in self._folds:
            raise ValueError(
                f"Fold {result.fold} of trial {self.trial.number} has a result already."
            )
        if result.ok and len(result.losses) != max(1, len(result.checkpoints)):
            raise ValueError(
                f"Fold {result.fold} of trial {self.trial.number} needs one loss per checkpoint. "
                f"Got {len(result.losses)}."
            )
        self._folds[result.fold] = self._settled(result) if self._is_settled else result
        if not result.ok:
            return
        self._judge()

    def leave_out(self, unscored: Collection[int]) -> None:
        """Take no losses from some folds, since the metric is undefined there."""
        self._unscored = frozenset(unscored)
        self._judge()

    @property
    def folds(self) -> Mapping[int, FoldResult]:
        """Results by fold, failed ones included."""
        return MappingProxyType(self._folds)

    @property
    def ok_folds(self) -> tuple[int, ...]:
        """Folds with predictions, in rising order."""
        return tuple(sorted(fold for fold, result in self._folds.items() if result.ok))

    @property
    def failed(self) -> bool:
        """Whether any fold failed."""
        return any(not result.ok for result in self._folds.values())

    @property
    def status(self) -> str:
        """``"pending"`` without results, else that of the first failed fold, or of one stopped."""
        if not self._folds:
            return "pending"
        results = sorted(self._folds.values(), key=lambda result: result.ok)
        not_ok = (result.status for result in results if result.status is not Status.OK)
        return str(next(not_ok, Status.OK))

    @property
    def learning_curve(self) -> LearningCurve | None:
        """Mean loss of the folds by iterations; None for models without iterations."""
        return self._curve

    @property
    def iteration(self) -> int | None:
        """Number of iterations that the folds share; None for models without iterations."""
        return None if self._curve is None else self._curve.best

    def iteration_of(self, fold: int) -> int | None:
        """Return the nearest checkpoint of a fold, to which its model is to be cut."""
        result = self._folds[fold]
        position = nearest_checkpoint(result, self.iteration)
        return result.checkpoints[position] if result.checkpoints else None

    def predictions(self, fold: int, *, crossed: bool = False) -> FloatArray:
        """Predictions (n_test, n_outputs) of a fold at the shared number of iterations.

        Parameters
        ----------
        fold : int
        crossed : bool, default=False
            At the number that is best for the other folds instead. On few rows a number to which
            the rows themselves have contributed makes them look better predicted than others.
        """
        result = self._folds[fold]
        iteration = self.iteration
        if crossed and self._is_settled and fold in self._crossed:
            return self._crossed[fold]
        if crossed and not self._is_settled and result.checkpoints:
            others = mean_curve([self._folds[f] for f in self._losses if f != fold])
            iteration = iteration if others is None else others.best
        chosen: FloatArray = result.predictions[nearest_checkpoint(result, iteration)]
        return chosen

    def rows(self, fold: int) -> IntArray:
        """Held-out rows (n_test,) of a fold."""
        return self._folds[fold].rows

    def fold_losses(self) -> Mapping[int, float]:
        """Losses of the folds that have one, at the shared number of iterations."""
        return MappingProxyType(self._losses)

    def loss(self, folds: Iterable[int] | None = None) -> float:
        """Return the mean loss over some folds, by default all that have predictions.

        Infinite when one of the folds asked for has no predictions, or there are none at all.
        Folds on which the metric is undefined do not count.
        """
        chosen = self._losses if folds is None else set(folds) - self._unscored
        losses = [self._losses.get(fold, math.inf) for fold in sorted(chosen)]
        return float(np.mean(losses)) if losses else math.inf

    def compact(self) -> None:
        """Settle the number of iterations and free the predictions of all others.

        For a trial that has all its core folds; later folds then take what was settled and keep
        that alone, and their own curves change nothing.
        """
        if self._is_settled or not self.ok_folds:
            return
        self._crossed = {fold: p.copy() for fold, p in self._all_crossed() if p.size <= _FEW_CELLS}
        self._folds = {fold: self._settled(result) for fold, result in self._folds.items()}
        self._is_settled = True

    def summary(self) -> TrialRecord:
        """Return a copy that holds numbers only: no rows, predictions or models."""
        copy = TrialRecord(self.trial, self.name, self._unscored)
        nothing = np.empty((1, 0, 0))
        copy._folds = {
            fold: replace(
                self._settled(result), rows=np.empty(0, np.intp), predictions=nothing, model=None
            )
            for fold, result in self._folds.items()
        }
        copy._losses, copy.finite_losses = dict(self._losses), self.finite_losses
        copy._curve, copy._is_settled = self._curve, True
        return copy

    def _all_crossed(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield folds whose crossed predictions are not their own."""
        for fold in self._losses:
            result = self._folds[fold]
            if len(result.predictions) < len(result.checkpoints):  # it was told without them
                continue
            crossed = self.predictions(fold, crossed=True)
            if not np.shares_memory(crossed, self.predictions(fold)):
                yield fold, crossed

    def _judge(self) -> None:
        scored = [fold for fold in self.ok_folds if fold not in self._unscored]
        if not self._is_settled:
            self._curve = mean_curve([self._folds[fold] for fold in scored or self.ok_folds])
        self._losses = {fold: self._loss_of(fold) for fold in scored}
        # Asked for of all trials at every turn of a search, so that it is made here.
        finite = [fold for fold, loss in self._losses.items() if math.isfinite(loss)]
        self.finite_losses = tuple(finite), tuple(self._losses[fold] for fold in finite)

    def _loss_of(self, fold: int) -> float:
        result = self._folds[fold]
        return result.losses[nearest_checkpoint(result, self.iteration)]

    def _settled(self, result: FoldResult) -> FoldResult:
        if not result.ok or not result.checkpoints:
            return result
        i = nearest_checkpoint(result, self.iteration)
        return replace(
            result,
            # A copy, since a view would keep the whole array.
            predictions=result.predictions[i : i + 1].copy(),
            checkpoints=result.checkpoints[i : i + 1],
            losses=result.losses[i : i + 1],
        )
