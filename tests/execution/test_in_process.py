from __future__ import annotations

from typing import Any

from threadpoolctl import threadpool_info

from autoskl.execution.executor import Limits
from autoskl.execution.in_process import InProcess


def n_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info()}


def test_calls_run_in_wait() -> None:
    done: list[str] = []
    with InProcess() as executor:
        executor.submit(lambda: done.append("a"))
        executor.submit(lambda: done.append("b"))
        assert done == []
        assert executor.pending == 2
        executor.wait()
        assert done == ["a"]
    assert executor.pending == 0


def test_threads_of_native_libraries_are_limited() -> None:
    before = n_threads()
    executor = InProcess(threads=1)
    executor.submit(n_threads)
    [(_, outcome)] = executor.wait()
    assert outcome.value == {1}
    assert n_threads() == before


def test_limits_are_not_enforced() -> None:
    executor = InProcess()
    executor.submit(lambda: 1, Limits(seconds=0.0))
    assert executor.wait()[0][1].value == 1


def test_share_returns_the_value_itself() -> None:
    value: dict[str, Any] = {}
    assert InProcess().share(value).load() is value
