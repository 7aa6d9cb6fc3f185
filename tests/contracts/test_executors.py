"""The contract of all executors."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from autoskl.core.result import Status
from autoskl.execution.executor import Call, Executor, Limits, Outcome
from autoskl.execution.in_process import InProcess
from autoskl.execution.local_workers import LocalWorkers
from tests.execution import calls


@pytest.fixture(scope="module", params=["in_process", "template", "plain"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if request.param == "in_process":
        yield InProcess()
        return
    with LocalWorkers(2, start_method=request.param, preload=("tests.execution.calls",)) as workers:
        yield workers


def run(executor: Executor, *functions: Call, seconds: float | None = 60) -> list[Outcome]:
    """Return the outcomes of calls, in the order of the calls."""
    tickets = [executor.submit(call, Limits(seconds=seconds)) for call in functions]
    assert executor.pending == len(functions)
    outcomes: dict[int, Outcome] = {}
    while executor.pending:
        outcomes.update(executor.wait())
    assert sorted(outcomes) == sorted(tickets)
    return [outcomes[ticket] for ticket in tickets]


def test_values_belong_to_their_tickets(executor: Executor) -> None:
    outcomes = run(executor, *(partial(calls.square, k) for k in range(20)))
    assert [outcome.value for outcome in outcomes] == [k * k for k in range(20)]
    assert all(outcome.ok and outcome.reason == "" for outcome in outcomes)


def test_tickets_increase(executor: Executor) -> None:
    tickets = [executor.submit(calls.pid) for _ in range(3)]
    while executor.pending:
        executor.wait()
    assert tickets == sorted(set(tickets))


def test_wait_returns_at_once_when_nothing_is_pending(executor: Executor) -> None:
    assert executor.pending == 0
    assert executor.wait() == []
    assert executor.wait(timeout=1000) == []


def test_lambdas_are_pickled_by_value(executor: Executor) -> None:
    offset = 5
    assert [o.value for o in run(executor, lambda: offset + 1, lambda: offset)] == [6, 5]


def test_exceptions_are_reported_with_type_message_and_place(executor: Executor) -> None:
    [outcome] = run(executor, calls.fail)
    assert outcome.status is Status.RAISED
    assert outcome.value is None
    assert outcome.reason.startswith("ValueError: of no use")
    assert "calls.py" in outcome.reason
    assert "autoskl/execution" not in outcome.reason


def test_sys_exit_fails_one_call(executor: Executor) -> None:
    outcomes = run(executor, calls.exit_politely, calls.pid)
    assert [o.status for o in outcomes] == [Status.RAISED, Status.OK]
    assert "I am leaving" in outcomes[0].reason


def test_a_memory_error_has_the_status_memory(executor: Executor) -> None:
    [outcome] = run(executor, calls.want_too_much_memory)
    assert outcome.status is Status.MEMORY
    assert "1 EiB" in outcome.reason


def test_warnings_are_collected_once_and_not_shown(executor: Executor) -> None:
    with warnings.catch_warnings(record=True) as shown:
        [outcome] = run(executor, calls.warn_much)
    assert shown == []
    assert outcome.warnings == tuple(f"RuntimeWarning: number {k}" for k in range(3))


def test_global_generators_are_seeded_and_restored(executor: Executor) -> None:
    random.seed(12)
    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = run(executor, calls.draw, calls.draw)
    assert first.value == second.value == run(InProcess(), calls.draw)[0].value
    assert random.getstate() == before[0]
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002


def test_large_results_arrive_complete_and_writable(executor: Executor) -> None:
    outcomes = run(executor, *(partial(calls.ones, n) for n in (0, 1, 2_000_000, 500_000)))
    assert [o.value.size for o in outcomes] == [0, 1, 2_000_000, 500_000]
    assert all((o.value == 1).all() and o.value.flags.writeable for o in outcomes)


def test_large_arguments_arrive_complete(executor: Executor) -> None:
    array = np.arange(1_000_000.0)
    [outcome] = run(executor, partial(np.sum, array))
    assert outcome.value == array.sum()


@pytest.fixture(scope="module")
def table() -> calls.Table:
    rng = np.random.default_rng(0)
    dense = rng.normal(size=(1000, 7))
    return calls.Table(dense, sparse.csr_array((dense > 1) * dense), ("a", "b"))


def test_a_shared_value_is_the_same_for_every_call(executor: Executor, table: calls.Table) -> None:
    handle = executor.share(table)
    expected = float(table.dense.sum() + table.sparse.sum())
    outcomes = run(executor, *(partial(calls.load_sum, handle) for _ in range(4)))
    assert [o.value for o in outcomes] == pytest.approx([expected] * 4, abs=0)


def test_a_shared_value_can_be_loaded_in_the_main_process(
    executor: Executor, table: calls.Table
) -> None:
    handle = executor.share(table)
    here = handle.load()
    np.testing.assert_array_equal(here.dense, table.dense)
    assert here.names == table.names
    assert handle.load() is here


def test_a_shared_value_is_loaded_once_in_each_process(
    executor: Executor, table: calls.Table
) -> None:
    handle = executor.share(table)
    assert [o.value for o in run(executor, partial(calls.is_loaded_once, handle))] == [True]


def test_time_is_measured(executor: Executor) -> None:
    [outcome] = run(executor, partial(calls.ones, 1_000_000))
    assert outcome.seconds > 0


def test_outcomes_can_be_polled_for(executor: Executor) -> None:
    ticket = executor.submit(calls.pid)
    outcomes: list[tuple[int, Any]] = []
    while not outcomes:
        outcomes = executor.wait(timeout=0)
    assert [ticket] == [t for t, _ in outcomes]
    assert executor.pending == 0
