"""The first models, fitted in the main process: the constant model and the first real one."""

from __future__ import annotations

import math
import warnings
from typing import Protocol

import numpy as np

from autoskl.core.errors import DataWarning
from autoskl.core.result import FloatArray
from autoskl.core.scoring import readable_scorer_error
from autoskl.core.stack_level import user_stack_level
from autoskl.core.trial import Trial, Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.search.plan import Plan

_START_SECONDS = 0.7
"""Time until workers are ready; they fit the remaining folds of the first model."""

_FIRST_RESULT_SECONDS = 2.0
"""Time that workers take to start and return a result."""

_BLOCK = 50
_CONSTANT_SHARE = 0.03
"""Share of the time after which the constant model gets no further block of folds."""

_FIRST_FOLD_SECONDS = 1.0
"""Maximum time of the first fold of the first real model, although workers may have to wait."""


class Run(Protocol):
    """Fits a unit in the main process and records its results."""

    def __call__(self, unit: Unit, until: float | None = None) -> None:
        """Fit a unit, which should stop by itself at a time on the clock."""


def run_constant(plan: Plan, trial: Trial, run: Run) -> None:
    """Fit the constant model on all folds, or on as many as take almost no time.

    Parameters
    ----------
    plan : Plan
    trial : Trial
    run : callable

    Raises
    ------
    ValueError
        When the scorer does not return a finite number even for this model.
    """
    folds = plan.racing.needed(trial)
    for start in range(0, len(folds), _BLOCK):
        run(Unit(trial, folds[start : start + _BLOCK]))
        if plan.allowance.elapsed() > _CONSTANT_SHARE * (plan.settings.time_limit or math.inf):
            break
    record = plan.history.record(trial.number)
    _require_score(plan, record)
    exclude_undefined_folds(plan, record)


def exclude_undefined_folds(plan: Plan, record: TrialRecord) -> None:
    """Exclude the losses of folds where the metric is undefined even for the constant model.

    An example is the area under the ROC curve where the held-out rows lack a class: the loss would
    be infinite for every trial and hide the differences on the other folds.

    Parameters
    ----------
    plan : Plan
    record : TrialRecord
        Record of the constant model.
    """
    losses = record.fold_losses()
    scored = [fold for fold, loss in losses.items() if math.isfinite(loss)]
    if not scored or len(scored) == len(losses):
        return
    constant = record.predictions(scored[0])[:1]
    undefined = [f for f in range(len(plan.folds)) if not _is_defined(plan, f, constant)]
    plan.history.set_undefined_folds(undefined)
    if plan.racing.first_fold not in scored:
        plan.racing.start_with(scored[0])
    n_core = plan.folds.n_core
    n_undefined = sum(fold < n_core for fold in undefined)
    warnings.warn(
        f"{plan.settings.metric.name} is undefined on {n_undefined} of {n_core} folds, whose "
        "held-out rows may lack a class. Scores are computed on the others; fewer folds (cv) or "
        "more rows of the rare classes would help.",
        DataWarning,
        stacklevel=user_stack_level(),
    )


def _is_defined(plan: Plan, fold: int, constant: FloatArray) -> bool:
    y, weight = plan.dataset.truth(plan.folds.test(fold))
    predictions = np.repeat(constant, len(y), axis=0)
    return math.isfinite(plan.settings.metric.safe_loss(y, predictions, weight))


def run_first(plan: Plan, trial: Trial, run: Run) -> None:
    """Fit folds of the first real model until the workers are ready.

    Without a clock, all folds are fitted, since measured times must not influence anything.

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
        run(Unit(trial, (fold,)), plan.time.fit_deadline())
        workers_help = plan.allowance.seconds_left() > _FIRST_RESULT_SECONDS
        if workers_help and plan.allowance.elapsed() > _START_SECONDS:
            return


def _require_score(plan: Plan, record: TrialRecord) -> None:
    """Raise the error of a scorer that fails on every fold, before any time is spent on it."""
    losses = record.fold_losses()
    if not losses or any(map(math.isfinite, losses.values())):
        return
    fold, metric = next(iter(losses)), plan.settings.metric
    y, weight = plan.dataset.truth(record.rows(fold))
    try:
        score = metric.score(metric.loss(y, record.predictions(fold), weight))
    except Exception as error:
        raise ValueError(
            f"scoring={metric.name!r} cannot be computed on any fold. {_remedy(plan)}\n"
            f"Error of the scorer: {readable_scorer_error(error)}"
        ) from error
    raise ValueError(
        f"scoring={metric.name!r} returned {score} for a constant model on every fold, not a "
        f"finite number. {_remedy(plan)}"
    )


def _remedy(plan: Plan) -> str:
    n_classes = _n_classes_not_held_out(plan) if plan.dataset.task.is_classification else 0
    if n_classes:
        return (
            f"{n_classes} of the classes have no held-out row, since they have one row only. "
            "Drop these classes, merge them with others, or choose another scoring."
        )
    return "Fix it or choose another; fewer folds (cv) help where it needs more held-out rows."


def _n_classes_not_held_out(plan: Plan) -> int:
    """Return the number of classes without any held-out row."""
    held_out = np.concatenate([plan.folds.test(fold) for fold in plan.folds.core()])
    return plan.dataset.n_classes - len(np.unique(plan.dataset.y[held_out]))
