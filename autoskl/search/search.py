"""Runs one search, from settings and data to a fitted ensemble."""

from __future__ import annotations

import warnings
from contextlib import ExitStack

import numpy as np

from autoskl.core.clock import Clock, monotonic
from autoskl.core.errors import (
    AllowanceWarning,
    MemoryLimitWarning,
    NoModelError,
    TrialFailureWarning,
)
from autoskl.core.result import Status
from autoskl.core.stack_level import user_stack_level
from autoskl.ensembles.weighted_ensemble import WeightedEnsemble
from autoskl.evaluation.folds import Folds, folds_from_pairs
from autoskl.evaluation.row_order import move_held_out_last
from autoskl.evaluation.splitting import UserRows, split_rows
from autoskl.execution.executor import Executor
from autoskl.execution.in_process import InProcess
from autoskl.history.failures import failure_summary
from autoskl.metalearning.comparable_results import comparable_group
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine, this_machine
from autoskl.search.interruption import Interruption
from autoskl.search.loop import Loop
from autoskl.search.plan import Plan, is_constant_target, make_plan
from autoskl.search.recording import Recording
from autoskl.search.result import SearchResult
from autoskl.search.result_tables import make_result_tables
from autoskl.search.settings import Settings
from autoskl.search.user_store import UserStore, stored_metric
from autoskl.search.workforce import choose_workforce, start_executor
from autoskl.tables.dataset import Dataset

_MIN_MEASURED_LIMIT = 5.0
"""Time limit from which on it is worth 0.1 s to measure the speed of the machine."""


def run_search(
    settings: Settings, dataset: Dataset, source: UserRows | None, clock: Clock = monotonic
) -> SearchResult:
    """Search for an ensemble.

    Parameters
    ----------
    settings : Settings
    dataset : Dataset
    source : UserRows or None
        Rows that a splitter of the user receives; None without one.
    clock : Clock, default=time.monotonic

    Returns
    -------
    SearchResult

    Raises
    ------
    NoModelError
        When not even the constant model could be fitted.
    StoreError
        When the user's store cannot be used.
    ResumeMismatchError
        When the run directory belongs to other data, another space or another version.
    ValueError
        For settings that do not fit the data.
    """
    with (
        Interruption(enabled=not settings.raise_interrupt) as interruption,
        Recording(settings.run_directory) as recording,
        ExitStack() as exits,
    ):
        settings = recording.restore_seed(settings)
        with _executor(settings, dataset, recording) as executor:
            folds = recording.folds(settings) or _folds(settings, dataset, source)
            if settings.run_directory is None:  # which identifies rows by their position
                dataset, folds = move_held_out_last(dataset, folds)
            handle = executor.share(dataset)
            # From here on all processes share one copy.
            dataset = handle.load()
            workforce = choose_workforce(settings, dataset)
            user_store = exits.enter_context(_user_store(settings, dataset, folds))
            machine = _machine(settings)
            plan = make_plan(settings, dataset, folds, workforce, clock, user_store, machine)
            recording.begin(plan)
            Loop(plan, recording, interruption).run(executor, handle)
            if not plan.history.has_model:
                reasons = "; ".join(result.reason for _, result in plan.history.failures)
                raise NoModelError(f"Not even the constant model could be fitted: {reasons}")
            ensemble = plan.ensembling.load(plan.history, plan.time.selection_deadline())
            user_store.write(plan.history, plan.allowance.seconds_left())
    if interruption.is_unreported:  # received after the search
        interruption.warn()
    _warn_if_only_constant(plan)
    if plan.memory.shrunk:
        warnings.warn(
            plan.memory.shrinking_message(), MemoryLimitWarning, stacklevel=user_stack_level()
        )
    return _result(plan, ensemble)


def _executor(settings: Settings, dataset: Dataset, recording: Recording) -> Executor:
    """Start workers, unless the same call has finished before."""
    if recording.is_finished(settings):
        return InProcess()
    return start_executor(choose_workforce(settings, dataset), settings.memory_limit)


def _user_store(settings: Settings, dataset: Dataset, folds: Folds) -> UserStore:
    if settings.store is None:
        return UserStore(None, dataset, settings.metric.name)
    cv, metric = settings.cv, stored_metric(settings.metric)
    splitter = "" if isinstance(cv, str | int | np.integer) else type(cv).__name__
    group = comparable_group(metric, dataset, folds, splitter)
    return UserStore(settings.store, dataset, metric, settings.time_limit, group)


def _machine(settings: Settings) -> Machine:
    """Measure the speed of this machine in timed runs that are long enough."""
    limit = settings.time_limit
    return REFERENCE_MACHINE if limit is None or limit < _MIN_MEASURED_LIMIT else this_machine()


def _result(plan: Plan, ensemble: WeightedEnsemble) -> SearchResult:
    tables = make_result_tables(plan)
    return SearchResult(
        ensemble=ensemble,
        score=plan.settings.metric.score(plan.ensembling.cross_fitted_loss),
        history=tables.history,
        leaderboard=tables.leaderboard,
        failures=tables.failures,
        cv_results=tables.cv_results,
        n_outputs=plan.dataset.n_outputs,
        space=plan.space,
        failure_summary=failure_summary(plan.history),
    )


def _folds(settings: Settings, dataset: Dataset, source: UserRows | None) -> Folds:
    """Split the rows; for a constant target all rows are both fitted and held out."""
    if is_constant_target(dataset):
        rows = np.arange(dataset.n_rows)
        priority = np.ones(dataset.n_rows, np.float32)
        return folds_from_pairs([(rows, rows)], dataset.n_rows, priority)
    return split_rows(
        dataset, settings.cv, seed=settings.seed, time_limit=settings.time_limit, source=source
    )


def _warn_if_only_constant(plan: Plan) -> None:
    real = [r for r in plan.history.records if not r.trial.is_constant and r.ok_folds]
    if real or plan.is_trivial:
        return
    failures = plan.history.failures
    if failures and all(result.status is Status.MEMORY for _, result in failures):
        record, result = min(failures, key=lambda pair: plan.memory.need(pair[0].trial))
        warnings.warn(
            "No model but the constant one fits into memory_limit; predictions do not depend on X. "
            f"{record.name}: {plan.memory.refusal(record.trial) or result.reason}",
            MemoryLimitWarning,
            stacklevel=user_stack_level(),
        )
        return
    broken = [pair for pair in failures if pair[1].status not in (Status.TIMEOUT, Status.MEMORY)]
    if broken and len(broken) == len(failures):
        record, result = broken[0]
        warnings.warn(
            "No model but the constant one could be fitted; predictions do not depend on X. Every "
            f"fit failed, the first ({record.name}) because: {result.reason} See failures_.",
            TrialFailureWarning,
            stacklevel=user_stack_level(),
        )
        return
    limit = plan.settings.time_limit
    within = "in n_trials" if limit is None else f"in time_limit={limit:g} s"
    warnings.warn(
        f"No model but the constant one could be fitted {within}; predictions do not depend on X. "
        "Allow more, or see failures_.",
        AllowanceWarning,
        stacklevel=user_stack_level(),
    )
