from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from autoskl.core.events import (
    FoldFinished,
    SearchFinished,
    SearchStarted,
    StillWaiting,
    UnitStarted,
)
from autoskl.core.result import Status
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Unit
from autoskl.evaluation.splitting import split_rows
from autoskl.execution.executor import Outcome
from autoskl.history.failures import trial_counts
from autoskl.search.ensembling import Ensembling
from autoskl.search.loop import Loop
from autoskl.search.plan import Plan, make_plan
from autoskl.search.settings import Settings
from autoskl.search.workforce import choose_workforce
from autoskl.space.parameters import choice
from autoskl.space.space import space_of
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import ManualClock, SimulatedExecutor


def make_dataset(n_rows=300, seed=0) -> Dataset:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 4))
    y = (X[:, 0] + rng.normal(size=n_rows) > 0).astype(np.int64)
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(4))
    return Dataset(X=X, y=y, columns=columns, task=Task.BINARY, n_classes=2)


def make(clock=None, *, dataset=None, **settings) -> tuple[Plan, SimulatedExecutor]:
    clock = clock or ManualClock()
    dataset = dataset or make_dataset()
    defaults = {"time_limit": None, "n_jobs": 2, "search": "random"}
    chosen = Settings(
        metric=resolve_scoring(None, Task.BINARY, np.array([0, 1])),
        started=clock.now,
        **{**defaults, **settings},
    )
    folds = split_rows(dataset, chosen.cv, seed=chosen.seed, time_limit=chosen.time_limit)
    return make_plan(
        chosen, dataset, folds, choose_workforce(chosen, dataset), clock
    ), SimulatedExecutor(clock)


def search(plan: Plan, executor: SimulatedExecutor) -> Loop:
    loop = Loop(plan)
    loop.run(executor)
    return loop


def test_n_trials_counts_distinct_configurations_without_the_constant():
    plan, executor = make(n_trials=12)
    search(plan, executor)
    asked = {r.trial.configuration for r in plan.history.records if r.trial.origin != "constant"}
    assert len(asked) == 12
    assert plan.history.records[0].trial.origin == "constant"


def test_the_clock_ends_the_search_before_the_limit():
    clock = ManualClock()
    plan, executor = make(clock, time_limit=30.0)
    loop = search(plan, executor)
    assert loop.reason == "time"
    assert 29.0 < clock.now - 1000.0 <= 30.0


@pytest.mark.parametrize(("delay", "n_late"), [(0.5, 1), (1.5, 0)])
def test_a_result_that_comes_late_counts_if_the_reserve_is_long(delay, n_late, monkeypatch):
    monkeypatch.setattr(Ensembling, "tail_seconds", lambda self: 4.0)
    clock = ManualClock()
    plan, executor = make(clock, time_limit=60.0, trial_time_limit=1000.0)
    executor.slots = 1
    executor.__post_init__()
    executor.seconds = lambda unit: (
        0.5 if unit.trial.number < 2 else plan.allowance.seconds_left() + delay
    )
    search(plan, executor)
    slow = [r for r in plan.history.records if r.trial.number == 2 and r.ok_folds]
    assert len(slow) == n_late
    assert clock.now - 1000.0 < 60.0


def test_the_time_is_up_when_no_further_unit_may_start():
    clock = ManualClock()
    plan, executor = make(clock, time_limit=20.0)
    executor.punctual = True
    assert search(plan, executor).reason == "time"
    assert plan.allowance.seconds_left() > 0


def test_results_are_applied_in_the_order_asked_whatever_the_number_of_workers():
    histories = []
    for slots in (1, 2, 3):
        plan, executor = make(n_trials=15)
        executor.slots = slots
        executor.__post_init__()
        executor.seconds = lambda unit: 0.1 + unit.trial.number % 3
        search(plan, executor)
        rows = [(r.trial.number, dict(r.fold_losses())) for r in plan.history.records]
        histories.append((rows, plan.ensembling.weights))
    assert histories[0] == histories[1] == histories[2]


def test_breadth_first_over_the_portfolio():
    plan, executor = make(time_limit=20.0, search="auto")
    search(plan, executor)
    first = [unit.trial.number for _, unit in executor.started[:5]]
    assert len(set(first)) == 5


def test_failed_trials_are_recorded_and_the_search_goes_on():
    plan, executor = make(n_trials=10)
    executor.fails = lambda unit: Status.CRASHED if unit.trial.number % 2 else None
    search(plan, executor)
    failed = [record for record, _ in plan.history.failures]
    assert failed
    assert all(record.trial.number % 2 for record in failed)
    assert plan.ensembling.weights
    assert not any(number % 2 for number in plan.ensembling.weights if number != 1)


def test_a_killed_fit_names_the_limit_that_was_given():
    plan, executor = make(n_trials=2, trial_time_limit=0.2)
    executor.seconds = lambda unit: 60.0
    search(plan, executor)
    assert {result.reason for _, result in plan.history.failures} == {
        "too slow (0.2 s for its fit, and 1.2 s more to stop by itself)"
    }


def test_when_everything_fails_the_first_models_remain():
    plan, executor = make(n_trials=8)
    executor.fails = lambda unit: Status.MEMORY
    search(plan, executor)
    assert plan.history.has_model
    assert sum(plan.ensembling.weights.values()) == pytest.approx(1.0)


def test_past_the_cap_of_the_pool_leaders_get_new_shuffles():
    plan, executor = make(time_limit=60.0)
    search(plan, executor)
    n_core = plan.folds.n_core
    asked = {r.trial.configuration for r in plan.history.records if r.trial.origin != "constant"}
    repeats = [unit for _, unit in executor.started if min(unit.folds) >= n_core]
    assert len(asked) >= plan.pool_cap
    assert repeats


@dataclass
class EarlyStopping(SimulatedExecutor):
    """Every fold but the first has its best round far earlier than that one."""

    out_of_time: bool = False

    def _outcome(self, unit: Unit, evaluator: Any) -> Outcome:
        outcome = super()._outcome(unit, evaluator)
        results = [
            replace(
                result,
                checkpoints=(100 if result.fold == 0 else 10,),
                out_of_time=self.out_of_time and result.fold > 0,
            )
            for result in outcome.value
        ]
        return Outcome(Status.OK, tuple(results))


@pytest.mark.parametrize("out_of_time", [False, True])
def test_no_fold_is_fitted_twice_since_it_ended_early(out_of_time):
    plan, simulated = make(time_limit=20.0)
    executor = EarlyStopping(simulated.clock, out_of_time=out_of_time)
    search(plan, executor)
    started = [(unit.trial.number, fold) for _, unit in executor.started for fold in unit.folds]
    assert len(started) > 20
    assert len(set(started)) == len(started)
    boosted = [record for record in plan.history.records if record.name == "lightgbm"]
    assert any(len(record.folds) > 1 for record in boosted) is not out_of_time


def test_an_optimizer_does_not_wait_for_folds_that_were_given_up():
    plan, simulated = make(time_limit=20.0, search="hyperband")
    executor = EarlyStopping(simulated.clock, out_of_time=True)
    search(plan, executor)
    records = {record.trial.configuration: record for record in plan.history.records}
    waiting = [trial.configuration for trial in plan.proposals._optimizer.pending]
    boosted = [c for c in waiting if c["model"] == "lightgbm" and records[c].folds]
    assert len(boosted) <= 2  # what was under way at the end
    assert any(seen.failed for seen in plan.proposals._optimizer.observations)


def test_patience_stops_early():
    clock = ManualClock()
    plan, executor = make(clock, time_limit=1000.0, patience=3)
    executor.noise = lambda unit: 50.0
    loop = search(plan, executor)
    assert loop.reason == "patience"
    assert clock.now < 1900.0


def test_patience_counts_trials_and_not_the_folds_of_new_shuffles():
    plan, executor = make(time_limit=100.0, patience=40)
    executor.noise = lambda unit: 50.0
    loop = search(plan, executor)
    assert max(fold for _, unit in executor.started for fold in unit.folds) >= plan.folds.n_core
    assert plan.pool_cap < 40
    assert loop.reason == "time"


def test_a_space_of_one_point_is_exhausted():
    space = space_of(choice("model", ["linear"]), choice("encoder", ["ordinal"]))
    plan, executor = make(n_trials=9, search_space=space)
    assert search(plan, executor).reason == "exhausted"
    plan, executor = make(n_trials=1, search_space=space)
    assert search(plan, executor).reason == "trials"


def test_a_constant_target_needs_no_search():
    dataset = make_dataset()
    constant = Dataset(
        X=dataset.X,
        y=np.zeros(300, np.int64),
        columns=dataset.columns,
        task=Task.BINARY,
        n_classes=1,
    )
    plan, executor = make(dataset=constant, time_limit=60.0)
    search(plan, executor)
    assert not executor.started
    assert set(plan.ensembling.weights) == {0}


def test_a_limit_too_small_for_anything_leaves_the_constant_model():
    clock = ManualClock()
    plan, executor = make(clock, time_limit=10.0)
    clock.now += 20.0
    search(plan, executor)
    assert set(plan.ensembling.weights) == {0}


def test_listeners_hear_of_every_fold_with_the_numbers_of_the_history():
    heard = []
    plan, executor = make(n_trials=5, listeners=(heard.append,))
    executor.fails = lambda unit: Status.CRASHED if unit.trial.number == 3 else None
    search(plan, executor)
    folds = [event for event in heard if isinstance(event, FoldFinished)]
    started = [event for event in heard if isinstance(event, UnitStarted)]
    assert [(e.trial.number, e.result.fold) for e in folds] == [
        (record.trial.number, result.fold) for record, result in plan.history.results
    ]
    assert {e.unit.trial.number for e in started} == set(range(6))
    metric, last, end = plan.settings.metric, folds[-1], heard[-1]
    assert (last.n_ok, last.n_failed) == trial_counts(plan.history) == (4, 1)
    assert last.best_score == metric.score(plan.history.best_loss)
    assert last.ensemble_score >= folds[0].ensemble_score
    assert isinstance(heard[0], SearchStarted)
    assert isinstance(end, SearchFinished)
    assert end.score == metric.score(plan.ensembling.cross_fitted_loss)


@pytest.mark.parametrize("settings", [{"time_limit": 60.0}, {"n_trials": 6}])
def test_listeners_hear_of_long_fits_and_change_nothing(settings):
    searches, heard = [], []
    for listeners in ((), (heard.append,)):
        plan, executor = make(listeners=listeners, **settings)
        executor.seconds = lambda unit: 7.25 if unit.trial.number % 3 else 0.5
        search(plan, executor)
        started = [(pytest.approx(seconds), unit) for seconds, unit in executor.started]
        searches.append((started, plan.ensembling.weights, plan.ensembling.cross_fitted_loss))
    assert searches[0] == searches[1]
    gaps = np.diff([event.seconds for event in heard[1:]])
    assert sum(isinstance(event, StillWaiting) for event in heard) > 10
    # Without a clock, results that do not take effect yet arrive in between.
    assert gaps.max() < (1.01 if "time_limit" in settings else 7.0)


def test_large_tables_are_promoted_until_they_reach_all_rows():
    rng = np.random.default_rng(0)
    n_rows = 120_000
    X = rng.normal(size=(n_rows, 2)).astype(np.float32)
    y = (X[:, 0] > 0).astype(np.int64)
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(2))
    dataset = Dataset(X=X, y=y, columns=columns, task=Task.BINARY, n_classes=2)
    plan, executor = make(dataset=dataset, time_limit=60.0)
    executor.seconds = lambda unit: 20.0 * unit.trial.fidelity.rows
    search(plan, executor)
    reached = [r.trial.fidelity.rows for r in plan.history.records if r.ok_folds]
    assert min(reached) < 0.3
    assert reached.count(1.0) >= 2  # the constant model and a real one


def test_an_interrupt_returns_what_there_is(monkeypatch):
    plan, executor = make(time_limit=60.0)
    calls = iter(range(100))

    def interrupted(timeout=None):
        if next(calls) == 3:
            raise KeyboardInterrupt
        return SimulatedExecutor.wait(executor, timeout)

    monkeypatch.setattr(executor, "wait", interrupted)
    with pytest.warns(UserWarning, match="was interrupted"):
        loop = search(plan, executor)
    assert loop.reason == "interrupted"
    assert plan.ensembling.weights


def test_inside_a_joblib_worker_an_interrupt_is_raised(monkeypatch):
    plan, executor = make(time_limit=60.0, raise_interrupt=True)

    def interrupted(timeout=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(executor, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        search(plan, executor)
