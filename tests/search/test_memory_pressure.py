"""A search whose memory is short: smaller fits, and the number that would allow all."""

from __future__ import annotations

import re

import pytest

from autoskl.components.component import Cost
from autoskl.components.registry import component
from autoskl.search import memory_plan
from autoskl.search.loop import Loop
from tests.search.simulated import ManualClock
from tests.search.test_loop import make, make_dataset, search

GB = 2**30
HUNGRY, FRUGAL = "hist_gradient_boosting", "linear"


class Hungry:
    """Takes a megabyte for each row."""

    def cost(self, values, shape):
        return Cost(seconds=0.1, bytes=1e6 * shape.n_rows)


@pytest.fixture(autouse=True)
def hungry(monkeypatch):
    def found(name):
        return Hungry() if name == HUNGRY else component(name)

    monkeypatch.setattr(memory_plan, "component", found)
    monkeypatch.setattr(memory_plan, "exact_private", lambda pid: GB // 10)


def shares(limit, **settings):
    """Run a search; return its plan and the shares of rows that each family was fitted on."""
    plan, executor = make(
        ManualClock(),
        dataset=make_dataset(n_rows=4_000),
        include=[HUNGRY, FRUGAL],
        memory_limit=limit,
        memory_is_given=True,
        **settings,
    )
    search(plan, executor)
    found = {HUNGRY: set(), FRUGAL: set()}
    for _, unit in executor.started:
        found[unit.trial.configuration["model"]].add(unit.trial.fidelity.rows)
    return plan, found


def test_with_room_enough_all_rows_are_fitted():
    plan, found = shares(8 * GB, time_limit=30.0)
    assert found == {HUNGRY: {1.0}, FRUGAL: {1.0}}
    assert plan.memory.shrinking_message() == ""


def test_under_pressure_the_hungry_family_gets_fewer_rows_and_is_told_of():
    plan, found = shares(2 * GB, time_limit=30.0)
    assert found == {HUNGRY: {0.5}, FRUGAL: {1.0}}
    words = plan.memory.shrinking_message()
    assert f"{HUNGRY} (50%)" in words
    wanted = float(re.search(r"at least ([0-9.]+) GB would allow all rows", words)[1])
    plan, found = shares(int(wanted * GB), time_limit=30.0)
    assert found[HUNGRY] == {1.0}


def test_without_a_clock_it_is_refused_with_the_number_that_would_allow_it():
    plan, found = shares(2 * GB, n_trials=6)
    assert found == {HUNGRY: set(), FRUGAL: {1.0}}
    reasons = {result.reason for _, result in plan.history.failures}
    assert reasons
    wanted = {float(re.search(r"at least ([0-9.]+) GB would allow it", r)[1]) for r in reasons}
    _, found = shares(int(max(wanted) * GB), n_trials=6)
    assert found[HUNGRY] == {1.0}


def refused_families(plan):
    return [record.name for record, _ in plan.history.failures]


def test_one_trial_of_a_family_that_needs_too_much_is_enough():
    plan, found = shares(2 * GB, n_trials=6)
    assert refused_families(plan) == [HUNGRY]
    assert len([r for r in plan.history.records if r.name == FRUGAL]) == 5
    assert found[FRUGAL] == {1.0}


@pytest.mark.parametrize("search", ["random", "auto"])
@pytest.mark.parametrize("settings", [{"n_trials": 500}, {"time_limit": 30.0}])
def test_a_search_in_which_nothing_fits_ends_soon(settings, search):
    clock = ManualClock()
    plan, executor = make(
        clock,
        dataset=make_dataset(n_rows=4_000),
        include=[HUNGRY, FRUGAL],
        memory_limit=1,
        memory_is_given=True,
        search=search,
        **settings,
    )
    loop = Loop(plan)
    loop.run(executor)
    assert set(refused_families(plan)) == {HUNGRY, FRUGAL}
    assert len(plan.history) == 3  # with the constant model
    assert loop.reason == "exhausted"
    assert not executor.started
    assert clock.now == 1000.0
