from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autoskl.core.result import Status
from autoskl.execution.executor import Outcome
from autoskl.execution.in_process import InProcess
from autoskl.search.ticking_wait import TickingWait
from tests.search.simulated import ManualClock


class Promised:
    """An executor whose only call ends at a time on the clock."""

    def __init__(self, clock: ManualClock, end: float) -> None:
        self.clock = clock
        self.end = end
        self.pending = 1
        self.timeouts: list[float | None] = []

    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        self.timeouts.append(timeout)
        if timeout is not None and self.clock.now + timeout < self.end:
            self.clock.now += timeout
            return []
        self.clock.now = self.end
        self.pending = 0
        return [(0, Outcome(Status.OK))]


def wait(end: float, timeout: float | None) -> tuple[list[float], float, int]:
    """Return the times of the ticks, the time at the end, and the number of outcomes."""
    clock, ticks = ManualClock(0.0), []
    executor: Any = Promised(clock, end)
    outcomes = TickingWait(tick=lambda: ticks.append(clock.now), clock=clock)(executor, timeout)
    return ticks, clock.now, len(outcomes)


@pytest.mark.parametrize("timeout", [None, 10.0])
def test_an_outcome_is_returned_as_soon_as_it_is_there(timeout: float | None) -> None:
    assert wait(0.3, timeout) == ([], 0.3, 1)
    assert wait(3.4, timeout) == ([1.0, 2.0, 3.0], 3.4, 1)


@pytest.mark.parametrize(("timeout", "ticks"), [(0.0, []), (0.5, []), (2.5, [1.0, 2.0])])
def test_it_ends_at_the_timeout(timeout: float, ticks: list[float]) -> None:
    assert wait(60.0, timeout) == (ticks, timeout, 0)


def test_without_anything_pending_it_does_not_wait() -> None:
    def tick() -> None:
        raise AssertionError

    assert TickingWait(tick=tick)(InProcess(), None) == []


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_without_a_tick_it_waits_once(timeout: float | None) -> None:
    clock = ManualClock(0.0)
    executor: Any = Promised(clock, 50.0)
    assert TickingWait(clock=clock)(executor, timeout)
    assert executor.timeouts == [timeout]


def test_ticks_are_outside_the_context() -> None:
    inside = False

    @contextmanager
    def context() -> Iterator[None]:
        nonlocal inside
        inside = True
        yield
        inside = False

    clock, states = ManualClock(0.0), []
    ticking = TickingWait(context=context, tick=lambda: states.append(inside), clock=clock)
    executor: Any = Promised(clock, 2.5)
    assert ticking(executor, None)
    assert states == [False, False]
