"""The models that the main process fits before there are workers: the constant, and a real one."""

from __future__ import annotations

import math
from typing import Protocol

from autoskl.core.trial import Trial, Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.search.plan import Plan

_START_SECONDS = 0.7
"""Time in which workers get ready; what the first models need beyond it is done by them."""

_FIRST_RESULT_SECONDS = 2.0
"""Time that workers take to get ready and to bring a result."""

_FIRST_FOLD_SECONDS = 1.0
"""Time that the first fold of the first real model may take: it lets workers wait a little."""


class Run(Protocol):
    """Fits a unit here and records what comes of it."""

    def __call__(self, unit: Unit, until: float | None = None) -> None:
        """Fit a unit, which should stop by itself at a moment of the clock."""


def run_constant(plan: Plan, trial: Trial, run: Run) -> None:
    """Fit the constant model on all folds.

    Parameters
    ----------
    plan : Plan
    trial : Trial
    run : callable

    Raises
    ------
    ValueError
        When the user's scorer gives no number even for it.
    """
    run(Unit(trial, tuple(plan.racing.needed(trial))))
    _require_score(plan, plan.history.record(trial.number))


def run_first(plan: Plan, trial: Trial, run: Run) -> None:
    """Fit the folds of the first real model, as many as do not let workers that are ready wait.

    Without a clock it is all of them: what is slow decides nothing there.

    Parameters
    ----------
    plan : Plan
    trial : Trial
    run : callable
    """
    folds = tuple(plan.racing.needed(trial))
    if not plan.settings.timed:
        run(Unit(trial, folds))
        return
    for fold in folds:
        seconds = plan.cost_model.seconds(trial)
        if seconds > min(_FIRST_FOLD_SECONDS, plan.allowance.seconds_left()):
            return
        run(Unit(trial, (fold,)), plan.until())
        workers_help = plan.allowance.seconds_left() > _FIRST_RESULT_SECONDS
        if workers_help and plan.allowance.elapsed() > _START_SECONDS:
            return


def _require_score(plan: Plan, record: TrialRecord) -> None:
    """Let a scorer that fails on every fold say why, before any time is spent on it."""
    losses = record.fold_losses()
    if not losses or any(map(math.isfinite, losses.values())):
        return
    fold, dataset = next(iter(losses)), plan.dataset
    rows = record.rows(fold)
    weight = None if dataset.score_weight is None else dataset.score_weight[rows]
    loss = plan.settings.metric.loss(dataset.y[rows], record.predictions(fold), weight)
    raise ValueError(
        f"scoring gave {plan.settings.metric.score(loss)} for a constant model on every "
        "fold; a finite number is needed."
    )
