"""The models that the main process fits before there are workers: the constant, and a real one."""

from __future__ import annotations

import math
import warnings
from typing import Protocol

import numpy as np

from autoskl.core.errors import DataWarning
from autoskl.core.result import FloatArray
from autoskl.core.stand_in import in_users_words
from autoskl.core.trial import Trial, Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.search.plan import Plan

_START_SECONDS = 0.7
"""Time in which workers get ready; what the first models need beyond it is done by them."""

_FIRST_RESULT_SECONDS = 2.0
"""Time that workers take to get ready and to bring a result."""

_BLOCK = 50
_CONSTANT_SHARE = 0.03
"""Share of the time after which no further block of folds is given to the constant model."""

_FIRST_FOLD_SECONDS = 1.0
"""Time that the first fold of the first real model may take: it lets workers wait a little."""


class Run(Protocol):
    """Fits a unit here and records what comes of it."""

    def __call__(self, unit: Unit, until: float | None = None) -> None:
        """Fit a unit, which should stop by itself at a moment of the clock."""


def run_constant(plan: Plan, trial: Trial, run: Run) -> None:
    """Fit the constant model on all folds; of very many, on as many as take next to no time.

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
    folds = plan.racing.needed(trial)
    for start in range(0, len(folds), _BLOCK):
        run(Unit(trial, folds[start : start + _BLOCK]))
        if plan.allowance.elapsed() > _CONSTANT_SHARE * (plan.settings.time_limit or math.inf):
            break
    record = plan.history.record(trial.number)
    _require_score(plan, record)
    leave_out_undefined(plan, record)


def leave_out_undefined(plan: Plan, record: TrialRecord) -> None:
    """Let no loss count on folds where the metric says nothing even of the constant model.

    Such as an area under a ROC curve where the held-out rows lack a class: it would be infinite for
    every trial, and so hide what the other folds tell of them.

    Parameters
    ----------
    plan : Plan
    record : TrialRecord
        Of the constant model.
    """
    losses = record.fold_losses()
    scored = [fold for fold, loss in losses.items() if math.isfinite(loss)]
    if not scored or len(scored) == len(losses):
        return
    constant = record.predictions(scored[0])[:1]
    undefined = [f for f in range(len(plan.folds)) if not _is_defined(plan, f, constant)]
    plan.history.leave_out(undefined)
    plan.racing.first_fold = scored[0]
    n_core = plan.folds.n_core
    n_undefined = sum(fold < n_core for fold in undefined)
    warnings.warn(
        f"{plan.settings.metric.name} is undefined on {n_undefined} of {n_core} folds, whose "
        "held-out rows may lack a class. Scores are those of the others; fewer folds (cv) or more "
        "rows of the rare classes would help.",
        DataWarning,
        stacklevel=2,
    )


def _is_defined(plan: Plan, fold: int, constant: FloatArray) -> bool:
    y, weight = plan.dataset.truth(plan.folds.test(fold))
    predictions = np.repeat(constant, len(y), axis=0)
    return math.isfinite(plan.settings.metric.safe_loss(y, predictions, weight))


def run_first(plan: Plan, trial: Trial, run: Run) -> None:
    """Fit the folds of the first real model, as many as do not let workers that are ready wait.

    Without a clock it is all of them: what is slow decides nothing there.

    Parameters
    ----------
    plan : Plan
    trial : Trial
    run : callable
    """
    folds = plan.racing.needed(trial)
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
    fold, metric = next(iter(losses)), plan.settings.metric
    y, weight = plan.dataset.truth(record.rows(fold))
    try:
        told = metric.score(metric.loss(y, record.predictions(fold), weight))
    except Exception as error:
        raise ValueError(
            f"scoring={metric.name!r} cannot be computed on any fold. {_remedy(plan)}\n"
            f"The scorer says: {in_users_words(error)}"
        ) from error
    raise ValueError(
        f"scoring={metric.name!r} gave {told} for a constant model on every fold, where a finite "
        f"number is needed. {_remedy(plan)}"
    )


def _remedy(plan: Plan) -> str:
    if plan.dataset.task.is_classification and _lacking(plan):
        return (
            f"{_lacking(plan)} of the classes have no held-out row, since they have one row only. "
            "Leave them out or merge them with others, or choose another scoring."
        )
    return (
        "Mend it or choose another; fewer folds (cv) help where held-out rows are too few for it."
    )


def _lacking(plan: Plan) -> int:
    """Return the number of classes without any held-out row."""
    held_out = np.concatenate([plan.folds.test(fold) for fold in plan.folds.core()])
    return plan.dataset.n_classes - len(np.unique(plan.dataset.y[held_out]))
