"""Optimizers that decide themselves which trials get more folds or more rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from autoskl.core.result import Status
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import Hands
from tests.search.test_loop import make, search


def fold_counts(plan) -> Counter[int]:
    trials = [r for r in plan.history.records if r.trial.origin != "constant"]
    return Counter(len(record.folds) for record in trials)


@pytest.mark.parametrize("name", ["hyperband", "asha"])
def test_folds_are_a_ladder(name):
    plan, executor = make(n_trials=20, search=name, ensemble_size=1)
    assert plan.proposals.climbs_folds
    search(plan, executor)
    counts, n_core = fold_counts(plan), plan.folds.n_core
    assert sum(counts.values()) == 20
    assert counts[1] > 0
    assert counts[n_core] > 0


def test_an_optimizer_is_told_just_the_folds_of_its_rung():
    plan, executor = make(n_trials=16, search="successive-halving", ensemble_size=1)
    search(plan, executor)
    optimizer = plan.proposals._optimizer
    records = {r.trial.configuration: r for r in plan.history.records}
    for observation in optimizer.observations:
        folds = plan.proposals.folds(observation.trial.fidelity)
        losses = records[observation.trial.configuration].fold_losses()
        assert observation.loss == pytest.approx(np.mean([losses[fold] for fold in folds]))
    assert not optimizer.pending


def test_n_trials_counts_configurations_not_rungs():
    plan, executor = make(n_trials=14, search="asha", ensemble_size=1)
    search(plan, executor)
    asked = {r.trial.configuration for r in plan.history.records if r.trial.origin != "constant"}
    assert len(asked) == 14
    assert len(plan.proposals._optimizer.trials) > 14


def test_the_number_of_workers_changes_nothing():
    histories = []
    for slots in (1, 3):
        plan, executor = make(n_trials=16, search="multi-fidelity-smac", ensemble_size=3)
        executor.slots = slots
        executor.__post_init__()
        executor.seconds = lambda unit: 0.1 + unit.trial.number % 3
        search(plan, executor)
        rows = [(r.trial.configuration, dict(r.fold_losses())) for r in plan.history.records]
        histories.append((rows, plan.ensembling.weights))
    assert histories[0] == histories[1]


def test_failed_trials_do_not_stop_the_climb():
    plan, executor = make(n_trials=16, search="hyperband", ensemble_size=1)
    executor.fails = lambda unit: Status.CRASHED if unit.trial.number % 3 == 0 else None
    search(plan, executor)
    assert fold_counts(plan)[plan.folds.n_core] > 0
    assert not plan.proposals._optimizer.pending


def test_with_a_clock_racing_finishes_the_leaders_at_the_end():
    clock = Hands()
    plan, executor = make(clock, time_limit=30.0, search="hyperband", ensemble_size=3)
    loop = search(plan, executor)
    assert loop.reason == "time"
    assert 29.0 < clock.now - 1000.0 <= 30.0
    members = [plan.history.record(n) for n in plan.ensembling.weights]
    assert max(len(record.ok_folds) for record in members) >= plan.folds.n_core


def large_table(n_rows: int = 60_000) -> Dataset:
    X = np.random.default_rng(0).normal(size=(n_rows, 2)).astype(np.float32)
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(2))
    y = (X[:, 0] > 0).astype(np.int64)
    return Dataset(X=X, y=y, columns=columns, task=Task.BINARY, n_classes=2)


@pytest.mark.parametrize("timed", [True, False])
def test_rows_are_a_ladder_of_large_tables(timed):
    allowance = {"time_limit": 30.0} if timed else {"n_trials": 12}
    plan, executor = make(dataset=large_table(), search="asha", ensemble_size=1, **allowance)
    assert plan.proposals.climbs
    assert not plan.proposals.climbs_folds
    executor.seconds = lambda unit: 4.0 * unit.trial.fidelity.rows
    search(plan, executor)
    real = [r for r in plan.history.records if r.trial.origin != "constant" and r.ok_folds]
    reached = Counter(record.trial.fidelity.rows for record in real)
    assert reached[0.25] > reached[1.0] > 0
    pairs = [(r.trial.configuration, r.trial.fidelity) for r in real]
    assert len(set(pairs)) == len(pairs)


def test_without_a_clock_only_an_optimizer_that_climbs_uses_subsets():
    plan, _ = make(dataset=large_table(), search="smac", n_trials=5)
    assert len(plan.ladder.rungs) == 1
    assert not plan.proposals.climbs
