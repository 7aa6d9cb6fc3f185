"""A trial and the results of its folds."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from autoskl.core.result import FloatArray, FoldResult, IntArray, Status
from autoskl.core.trial import Trial
from autoskl.history.learning_curve import LearningCurve, mean_curve, nearest_checkpoint

_MAX_CROSS_FITTED_CELLS = 100_000
"""Largest size of cross-fitted predictions that are kept; on more rows the bias is negligible."""


class TrialRecord:
    """A trial and the results of its folds so far.

    Models with iterations are evaluated at one number of iterations for all folds, the minimum of
    the mean learning curve; it moves while folds are added, until `settle_iteration` is called.

    Parameters
    ----------
    trial : Trial
    name : str, default=None
        Name of the trial in tables; the component of the role "model" by default.
    undefined_folds : collection of int, default=()
        Folds on which the metric is undefined, so that they have predictions but no losses.

    Attributes
    ----------
    trial : Trial
    name : str
    finite_losses : (tuple of int, tuple of float)
        Folds with a finite loss, in ascending order, and these losses.
    """

    def __init__(
        self, trial: Trial, name: str | None = None, undefined_folds: Collection[int] = ()
    ) -> None:
        self.trial = trial
        self._undefined_folds = frozenset(undefined_folds)
        self.name = str(trial.configuration.get("model", "")) if name is None else name
        self._folds: dict[int, FoldResult] = {}
        self._losses: dict[int, float] = {}
        self.finite_losses: tuple[tuple[int, ...], tuple[float, ...]] = (), ()
        self._curve: LearningCurve | None = None
        self._cross_fitted: dict[int, FloatArray] = {}
        self._is_settled = False

    def __repr__(self) -> str:
        return f"TrialRecord({self.trial.number}, {self.name!r}, folds={sorted(self._folds)})"

    def add(self, result: FoldResult) -> None:
        """Add the result of a fold.

        Raises
        ------
        ValueError
            When the fold already has a result, or when losses are missing.
        """
        if result.fold in self._folds:
            raise ValueError(
                f"Fold {result.fold} of trial {self.trial.number} already has a result."
            )
        if result.ok and len(result.losses) != max(1, len(result.checkpoints)):
            raise ValueError(
                f"Fold {result.fold} of trial {self.trial.number} needs one loss per checkpoint. "
                f"Got {len(result.losses)}."
            )
        self._folds[result.fold] = self._reduced(result) if self._is_settled else result
        if result.ok:
            self._update_losses()

    def set_undefined_folds(self, folds: Collection[int]) -> None:
        """Ignore the losses of folds on which the metric is undefined."""
        self._undefined_folds = frozenset(folds)
        self._update_losses()

    @property
    def folds(self) -> Mapping[int, FoldResult]:
        """Results by fold, failed ones included."""
        return MappingProxyType(self._folds)

    @property
    def ok_folds(self) -> tuple[int, ...]:
        """Folds with predictions, in ascending order."""
        return tuple(sorted(fold for fold, result in self._folds.items() if result.ok))

    @property
    def failed(self) -> bool:
        """Whether any fold failed."""
        return any(not result.ok for result in self._folds.values())

    @property
    def status(self) -> str:
        """``"pending"`` without results, else the first failure, ``"stopped"`` or ``"ok"``."""
        if not self._folds:
            return "pending"
        results = sorted(self._folds.values(), key=lambda result: result.ok)
        not_ok = (result.status for result in results if result.status is not Status.OK)
        return str(next(not_ok, Status.OK))

    @property
    def learning_curve(self) -> LearningCurve | None:
        """Mean loss of the folds by iteration; None for models without iterations."""
        return self._curve

    @property
    def iteration(self) -> int | None:
        """Number of iterations shared by the folds; None for models without iterations."""
        return None if self._curve is None else self._curve.best

    def iteration_of(self, fold: int) -> int | None:
        """Return the nearest checkpoint of a fold, to which its model is to be truncated."""
        result = self._folds[fold]
        position = nearest_checkpoint(result, self.iteration)
        return result.checkpoints[position] if result.checkpoints else None

    def predictions(self, fold: int, *, cross_fitted: bool = False) -> FloatArray:
        """Return predictions (n_test, n_outputs) of a fold at the shared number of iterations.

        Parameters
        ----------
        fold : int
        cross_fitted : bool, default=False
            Use the number of iterations that is best for the other folds instead. On few rows, a
            number chosen on the same rows makes the predictions look too good.
        """
        result = self._folds[fold]
        iteration = self.iteration
        if cross_fitted and self._is_settled and fold in self._cross_fitted:
            return self._cross_fitted[fold]
        if cross_fitted and not self._is_settled and result.checkpoints:
            others = mean_curve([self._folds[f] for f in self._losses if f != fold])
            iteration = iteration if others is None else others.best
        chosen: FloatArray = result.predictions[nearest_checkpoint(result, iteration)]
        return chosen

    def rows(self, fold: int) -> IntArray:
        """Return the held-out rows (n_test,) of a fold."""
        return self._folds[fold].rows

    def fold_losses(self) -> Mapping[int, float]:
        """Return the losses by fold, at the shared number of iterations."""
        return MappingProxyType(self._losses)

    def loss(self, folds: Iterable[int] | None = None) -> float:
        """Return the mean loss over some folds, by default all that have predictions.

        Infinite when one of the requested folds has no predictions, or when there are no losses.
        Folds on which the metric is undefined do not count.
        """
        chosen = self._losses if folds is None else set(folds) - self._undefined_folds
        losses = [self._losses.get(fold, math.inf) for fold in sorted(chosen)]
        return float(np.mean(losses)) if losses else math.inf

    def settle_iteration(self) -> None:
        """Fix the shared number of iterations and free the predictions at all others.

        To be called once a trial has all its core folds. Folds added later use the same number and
        keep only its predictions; their own curves do not change it.
        """
        if self._is_settled or not self.ok_folds:
            return
        self._cross_fitted = {
            fold: predictions.copy()
            for fold, predictions in self._all_cross_fitted()
            if predictions.size <= _MAX_CROSS_FITTED_CELLS
        }
        self._folds = {fold: self._reduced(result) for fold, result in self._folds.items()}
        self._is_settled = True

    def summary(self) -> TrialRecord:
        """Return a copy that holds numbers only: no rows, predictions or models."""
        summary = copy(self)
        summary._folds = {
            fold: replace(
                self._reduced(result),
                rows=np.empty(0, np.intp),
                predictions=np.empty((1, 0, 0)),
                model=None,
            )
            for fold, result in self._folds.items()
        }
        summary._losses, summary._cross_fitted = dict(self._losses), {}
        summary._is_settled = True
        return summary

    def _all_cross_fitted(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the folds whose cross-fitted predictions differ from the ordinary ones."""
        for fold in self._losses:
            result = self._folds[fold]
            if len(result.predictions) < len(result.checkpoints):  # numbers only
                continue
            predictions = self.predictions(fold, cross_fitted=True)
            if not np.shares_memory(predictions, self.predictions(fold)):
                yield fold, predictions

    def _update_losses(self) -> None:
        scored = [fold for fold in self.ok_folds if fold not in self._undefined_folds]
        if not self._is_settled:
            self._curve = mean_curve([self._folds[fold] for fold in scored or self.ok_folds])
        self._losses = {fold: self._loss_of(fold) for fold in scored}
        # Cached, since every step of a search reads it for all trials.
        finite = [fold for fold, loss in self._losses.items() if math.isfinite(loss)]
        self.finite_losses = tuple(finite), tuple(self._losses[fold] for fold in finite)

    def _loss_of(self, fold: int) -> float:
        result = self._folds[fold]
        return result.losses[nearest_checkpoint(result, self.iteration)]

    def _reduced(self, result: FoldResult) -> FoldResult:
        """Return a result with its checkpoint at the shared iteration only."""
        if not result.ok or not result.checkpoints:
            return result
        i = nearest_checkpoint(result, self.iteration)
        return replace(
            result,
            # Copied, since a view would keep the whole array alive.
            predictions=result.predictions[i : i + 1].copy(),
            checkpoints=result.checkpoints[i : i + 1],
            losses=result.losses[i : i + 1],
        )
