"""Optimizers that decide themselves which trials get more folds or more rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from autoskl.core.fidelity import FULL
from autoskl.core.result import Status
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import ManualClock
from tests.search.test_loop import make, search


def fold_counts(plan) -> Counter[int]:
    trials = [r for r in plan.history.records if r.trial.origin != "constant"]
    return Counter(len(record.folds) for record in trials)


@pytest.mark.parametrize("name", ["hyperband", "asha"])
def test_folds_are_a_ladder(name):
    plan, executor = make(n_trials=20, search=name, ensemble_size=1)
    assert plan.proposals.promotes_folds
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


def test_where_the_first_fold_says_nothing_rungs_begin_with_another_one():
    plan, _ = make(n_trials=16, search="hyperband")
    plan.racing.first_fold = 2
    lowest = plan.proposals._optimizer.ladder.rungs[0].fidelity
    assert tuple(plan.proposals.folds(lowest)) == (2,)
    assert sorted(plan.proposals.folds(FULL)) == list(range(plan.folds.n_core))


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


def test_failed_trials_do_not_stop_promotions():
    plan, executor = make(n_trials=16, search="hyperband", ensemble_size=1)
    executor.fails = lambda unit: Status.CRASHED if unit.trial.number % 3 == 0 else None
    search(plan, executor)
    assert fold_counts(plan)[plan.folds.n_core] > 0
    assert not plan.proposals._optimizer.pending


def test_with_a_clock_racing_finishes_the_leaders_at_the_end():
    clock = ManualClock()
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
    assert plan.proposals.promotes
    assert not plan.proposals.promotes_folds
    executor.seconds = lambda unit: 4.0 * unit.trial.fidelity.rows
    search(plan, executor)
    real = [r for r in plan.history.records if r.trial.origin != "constant" and r.ok_folds]
    reached = Counter(record.trial.fidelity.rows for record in real)
    assert reached[0.25] > reached[1.0] > 0
    pairs = [(r.trial.configuration, r.trial.fidelity) for r in real]
    assert len(set(pairs)) == len(pairs)


def test_without_a_clock_only_an_optimizer_that_promotes_uses_subsets():
    plan, _ = make(dataset=large_table(), search="smac", n_trials=5)
    assert len(plan.ladder.rungs) == 1
    assert not plan.proposals.promotes


NETWORKS = {"model": ["real_mlp", "tabm"]}


def networks(**settings):
    """A search among networks, whose models only pretend to learn."""
    pytest.importorskip("torch")
    return make(include=NETWORKS, ensemble_size=1, **settings)


@pytest.mark.parametrize("name", ["hyperband", "bohb", "asha"])
def test_epochs_are_the_ladder_where_every_model_has_epochs(name):
    plan, executor = networks(n_trials=14, search=name)
    assert plan.proposals.promotes
    assert not plan.proposals.promotes_folds
    search(plan, executor)
    real = [r for r in plan.history.records if r.trial.origin != "constant"]
    reached = Counter(round(9 * record.trial.fidelity.epochs) for record in real)
    assert set(reached) == {1, 3, 9}
    assert reached[1] > reached[9] > 0
    assert {len(record.folds) for record in real} == {plan.folds.n_core}
    pairs = [(r.trial.configuration, r.trial.fidelity) for r in real]
    assert len(set(pairs)) == len(pairs)
    assert len({configuration for configuration, _ in pairs}) == 14


def test_an_optimizer_is_told_the_loss_at_its_share_of_the_epochs():
    plan, executor = networks(n_trials=12, search="successive-halving")
    search(plan, executor)
    records = {(r.trial.configuration, r.trial.fidelity): r for r in plan.history.records}
    for observation in plan.proposals._optimizer.observations:
        asked = observation.trial
        assert observation.loss == records[asked.configuration, asked.fidelity].loss()


def test_the_number_of_workers_changes_no_share_of_the_epochs():
    histories = []
    for slots in (1, 3):
        plan, executor = networks(n_trials=12, search="bohb")
        executor.slots = slots
        executor.__post_init__()
        executor.seconds = lambda unit: 0.1 + unit.trial.number % 3
        search(plan, executor)
        histories.append([(r.trial, dict(r.fold_losses())) for r in plan.history.records])
    assert histories[0] == histories[1]


def test_the_last_call_trains_the_best_network_in_full():
    plan, executor = networks(time_limit=30.0, search="hyperband")
    executor.seconds = lambda unit: 3.0 * unit.trial.fidelity.epochs
    search(plan, executor)
    assert any(r.trial.fidelity.is_full for r in plan.history.records[1:] if r.ok_folds)


def test_few_trials_end_with_the_best_network_in_full():
    plan, executor = networks(n_trials=4, search="hyperband")
    search(plan, executor)
    real = [r for r in plan.history.records if r.trial.origin != "constant"]
    assert len({record.trial.configuration for record in real}) == 4
    (full,) = (record for record in real if record.trial.fidelity.is_full)
    best = min((r for r in real if not r.trial.fidelity.is_full), key=lambda r: r.loss())
    assert full.trial.configuration == best.trial.configuration


def test_among_other_models_a_promoted_network_fits_all_folds_that_it_lacks_at_once():
    pytest.importorskip("torch")
    include = {"model": ["real_mlp", "gaussian_naive_bayes", "decision_tree"]}
    plan, executor = make(n_trials=20, search="hyperband", ensemble_size=1, include=include)
    assert plan.proposals.promotes_folds
    search(plan, executor)
    units = [u for _, u in executor.started if u.trial.configuration["model"] == "real_mlp"]
    firsts = {unit.folds for unit in units if 0 in unit.folds}
    assert (0,) in firsts
    later = {unit.folds for unit in units if 0 not in unit.folds}
    assert later <= {(1, 2), tuple(range(3, plan.folds.n_core)), tuple(range(1, plan.folds.n_core))}
    assert {u.trial.fidelity.epochs for u in units} == {1.0}


def test_a_share_of_the_epochs_is_all_of_a_model_without_epochs():
    from autoskl.core.fidelity import epoch_ladder
    from autoskl.optimizers import Hyperband

    include = {"model": ["gaussian_naive_bayes", "decision_tree"]}
    space = make(n_trials=1, include=include)[0].space
    given = Hyperband(space, ladder=epoch_ladder(), seed=0)
    plan, executor = make(n_trials=6, include=include, search=given, ensemble_size=1)
    search(plan, executor)
    assert all(record.trial.fidelity.is_full for record in plan.history.records)
    assert not plan.proposals._optimizer.pending
