"""Process-wide state after blocks that overlap."""

from __future__ import annotations

import random
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from autoskl.core.process_state import OverlapStack
from autoskl.execution.in_process import InProcess


@contextmanager
def setting(state: dict[str, int], value: int) -> Iterator[None]:
    before = state["value"]
    state["value"] = value
    yield
    state["value"] = before


def test_overlapping_blocks_restore_what_was_before_both() -> None:
    state, stack = {"value": 0}, OverlapStack()
    first, second = stack.enter(setting(state, 1)), stack.enter(setting(state, 2))
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert state["value"] == 2
    second.__exit__(None, None, None)
    assert state["value"] == 0
    assert len(stack) == 0


def test_nested_blocks_are_undone_at_once() -> None:
    state, stack = {"value": 0}, OverlapStack()
    with stack.enter(setting(state, 1)):
        with stack.enter(setting(state, 2)):
            assert state["value"] == 2
        assert state["value"] == 1
    assert state["value"] == 0


def test_exceptions_pass_and_the_state_is_restored() -> None:
    state, stack = {"value": 0}, OverlapStack()
    with pytest.raises(ValueError, match="of the block"), stack.enter(setting(state, 1)):
        raise ValueError("of the block")
    assert state["value"] == 0


def process_state() -> tuple[object, ...]:
    libraries = {info["filepath"]: info["num_threads"] for info in threadpool_info()}
    generator = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    return warnings.showwarning, list(warnings.filters), generator, libraries


def test_calls_in_two_threads_leave_the_process_as_it_was() -> None:
    """The second call enters while the first runs, and leaves after it."""
    first_is_in, second_is_in, first_has_left = (threading.Event() for _ in range(3))
    seen: dict[str, tuple[str, ...]] = {}

    def first() -> None:
        first_is_in.set()
        assert second_is_in.wait(60)
        warnings.warn("of the first", UserWarning, stacklevel=1)

    def second() -> None:
        second_is_in.set()
        assert first_has_left.wait(60)
        warnings.warn("of the second", UserWarning, stacklevel=1)

    def run(name: str, call) -> None:
        with InProcess() as executor:
            executor.submit(call)
            [(_, outcome)] = executor.wait()
        seen[name] = outcome.warnings
        if call is first:
            first_has_left.set()

    before = process_state()
    threads = [threading.Thread(target=run, args=("first", first))]
    threads[0].start()
    assert first_is_in.wait(60)
    threads.append(threading.Thread(target=run, args=("second", second)))
    threads[1].start()
    for thread in threads:
        thread.join()
    assert process_state() == before
    assert seen == {
        "first": ("UserWarning: of the first",),
        "second": ("UserWarning: of the second",),
    }


def test_warnings_of_other_threads_are_shown(recwarn: pytest.WarningsRecorder) -> None:
    is_in, may_end = threading.Event(), threading.Event()

    def call() -> None:
        is_in.set()
        assert may_end.wait(60)

    def run() -> None:
        with InProcess() as executor:
            executor.submit(call)
            executor.wait()

    thread = threading.Thread(target=run)
    thread.start()
    assert is_in.wait(60)
    warnings.warn("of the user", UserWarning, stacklevel=1)
    may_end.set()
    thread.join()
    assert [str(warning.message) for warning in recwarn] == ["of the user"]
