"""A call that harms its worker fails, and no other call does."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from autoskl.core.result import Status
from autoskl.execution.executor import Limits, Outcome
from autoskl.execution.local_workers import LocalWorkers
from autoskl.execution.memory import exact_private
from tests.execution import calls
from tests.execution.processes import still_alive

SECONDS = Limits(seconds=60)


@pytest.fixture(scope="module", params=["template", "template, preload in workers", "plain"])
def executor(request: pytest.FixtureRequest) -> Iterator[LocalWorkers]:
    method, _, in_workers = request.param.partition(", ")
    with LocalWorkers(
        2, start_method=method, preload=("numpy",), preload_in_workers=bool(in_workers)
    ) as workers:
        workers.wait_ready()
        yield workers


@pytest.fixture(scope="module")
def forked() -> Iterator[LocalWorkers]:
    with LocalWorkers(2, start_method="template", preload=("numpy",)) as workers:
        yield workers


def run(executor: LocalWorkers, call: Callable[[], Any], limits: Limits = SECONDS) -> Outcome:
    """Return the outcome of a call, and check that the executor still runs another one."""
    ticket, after = executor.submit(call, limits), executor.submit(partial(calls.square, 3))
    outcomes: dict[int, Outcome] = {}
    while executor.pending:
        outcomes.update(executor.wait())
    assert outcomes[after].value == 9
    assert outcomes[ticket].ok == (outcomes[ticket].reason == "")
    return outcomes[ticket]


def test_a_crash_fails_one_call(executor: LocalWorkers) -> None:
    outcome = run(executor, calls.segmentation_fault)
    assert outcome.status is Status.CRASHED
    assert re.search(r"segmentation fault \(SIGSEGV\)", outcome.reason)
    assert "in segmentation_fault" in outcome.reason


def test_an_exit_fails_one_call(forked: LocalWorkers) -> None:
    outcome = run(forked, partial(calls.exit_at_once, 3))
    assert outcome.status is Status.CRASHED
    assert "exited with code 3" in outcome.reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SIGKILL", "killed from outside, most often .* memory ran out"),
        ("SIGABRT", "aborted by a library"),
        ("SIGTERM", "terminated from outside"),
        ("SIGUSR1", "ended by a signal .SIGUSR1."),
    ],
)
def test_signals_are_described(forked: LocalWorkers, name: str, words: str) -> None:
    outcome = run(forked, partial(calls.kill_myself, name))
    assert outcome.status is Status.CRASHED
    assert re.search(words, outcome.reason)


def test_workers_ignore_ctrl_c(forked: LocalWorkers) -> None:
    assert run(forked, partial(calls.kill_myself, "SIGINT")).ok


def test_a_hang_in_c_code_is_stopped_at_the_limit(executor: LocalWorkers) -> None:
    outcome = run(executor, calls.hang_in_c, Limits(seconds=0.3))
    assert outcome.status is Status.TIMEOUT
    assert re.search(r"stopped after 0\.\d s, its limit being 0\.3 s", outcome.reason)
    assert outcome.seconds >= 0.3


def test_processes_of_a_killed_call_die_with_it(executor: LocalWorkers, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    outcome = run(executor, partial(calls.hang_with_child, path), Limits(seconds=0.5))
    assert outcome.status is Status.TIMEOUT
    assert still_alive([int(path.read_text())]) == []


def test_a_child_outside_the_process_group_is_killed_too(forked: LocalWorkers) -> None:
    found = re.search(r"child (\d+)", run(forked, calls.leave_the_group_and_die).reason)
    assert found is not None
    assert still_alive([int(found[1])]) == []


def test_ten_megabytes_of_output_do_not_block(executor: LocalWorkers) -> None:
    assert run(executor, partial(calls.print_much, 10_000_000)).value == "done"


def test_a_worker_with_leftover_threads_is_replaced(forked: LocalWorkers) -> None:
    left = run(forked, calls.leave_a_thread)
    assert left.ok
    pids = {run(forked, calls.pid).value for _ in range(4)}
    assert left.value not in pids


def test_pickling_errors_are_reported(forked: LocalWorkers) -> None:
    lock = threading.Lock()
    outcome = run(forked, partial(calls.square, lock))  # type: ignore[arg-type]
    assert outcome.status is Status.RAISED
    assert outcome.reason.startswith("the call cannot be sent to a worker: TypeError")
    outcome = run(forked, calls.Unpicklable)
    assert outcome.status is Status.RAISED
    assert re.search("the result cannot be sent back: .*cannot be pickled", outcome.reason)
    outcome = run(forked, calls.UnreadableElsewhere)
    assert outcome.status is Status.RAISED
    assert re.search("the result cannot be read: ValueError: not here", outcome.reason)
    outcome = run(forked, partial(id, calls.UnreadableElsewhere()))
    assert outcome.status is Status.RAISED
    assert outcome.reason.startswith("ValueError: not here")


def test_a_worker_that_closes_its_files_is_replaced(forked: LocalWorkers) -> None:
    outcome = run(forked, calls.close_every_file)
    assert outcome.status is Status.CRASHED
    assert "connection to the process was lost" in outcome.reason


def test_garbage_from_a_worker_is_recognised(forked: LocalWorkers) -> None:
    outcome = run(forked, calls.send_garbage)
    assert outcome.status is Status.CRASHED
    assert "sent garbage" in outcome.reason


def test_workers_killed_again_and_again_are_replaced(forked: LocalWorkers) -> None:
    bad, good = [], []
    for k in range(20):
        bad.append(forked.submit(partial(calls.kill_myself, "SIGKILL")))
        good.append(forked.submit(partial(calls.square, k)))
    outcomes: dict[int, Outcome] = {}
    while forked.pending:
        outcomes.update(forked.wait())
    assert {outcomes[t].status for t in bad} == {Status.CRASHED}
    assert [outcomes[t].value for t in good] == [k * k for k in range(20)]


def test_the_memory_limit_of_a_call_is_enforced(forked: LocalWorkers) -> None:
    outcome = run(forked, partial(calls.eat_memory, 1 << 29), Limits(60, memory_bytes=1 << 27))
    assert outcome.status is Status.MEMORY
    assert re.search(r"it used \d+ MB of memory; its limit: 128 MB", outcome.reason)
    assert outcome.peak_bytes > 1 << 26


def test_the_memory_limit_of_all_processes_is_enforced() -> None:
    limit = exact_private(os.getpid()) + (400 << 20)
    with LocalWorkers(2, memory_limit=limit, preload=("numpy",)) as executor:
        outcome = run(executor, partial(calls.eat_memory, 1 << 30))
    assert outcome.status is Status.MEMORY
    assert re.search("all processes together used .* their limit: .* the most", outcome.reason)


def test_running_calls_are_retried_when_the_template_dies(tmp_path: Path) -> None:
    started, go_on = tmp_path / "started", tmp_path / "go on"
    with LocalWorkers(1, start_method="template", preload=()) as executor:
        executor.submit(partial(calls.meet, started, go_on), SECONDS)
        while not started.exists():
            assert executor.wait(timeout=0.01) == []
        [template] = executor._launcher.pids
        os.kill(template, signal.SIGKILL)
        go_on.touch()
        [(_, outcome)] = executor.wait()
    assert outcome.value is True


def test_a_call_that_kills_the_template_fails_the_second_time() -> None:
    with LocalWorkers(2, start_method="template", preload=()) as executor:
        executor.submit(calls.kill_parent)
        [(_, outcome)] = executor.wait()
        assert outcome.status is Status.CRASHED
        assert "process that starts the workers died" in outcome.reason
        [template] = executor._launcher.pids
        os.kill(template, signal.SIGKILL)
        assert still_alive([template]) == []
        assert run(executor, partial(calls.square, 2)).value == 4
        assert template not in executor._launcher.pids
