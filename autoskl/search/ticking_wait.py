"""Waits for outcomes, and reports from time to time that it is still waiting."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from autoskl.core.clock import Clock, monotonic
from autoskl.execution.executor import Executor, Outcome

TICK_SECONDS = 1.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TickingWait:
    """Waits for the outcomes of an executor; they are returned as soon as there are any.

    Attributes
    ----------
    context : callable
        Returns the context in which to wait.
    tick : callable or None
        Called outside that context after each second without an outcome; None for never.
    clock : Clock
    """

    context: Callable[[], AbstractContextManager[None]] = nullcontext
    tick: Callable[[], None] | None = None
    clock: Clock = monotonic

    def __call__(self, executor: Executor, timeout: float | None) -> list[tuple[int, Outcome]]:
        """Return new tickets and outcomes; see `Executor.wait`."""
        if self.tick is None:
            with self.context():
                return executor.wait(timeout)
        end = math.inf if timeout is None else self.clock() + timeout
        while True:
            left = max(end - self.clock(), 0.0)
            with self.context():
                outcomes = executor.wait(min(left, TICK_SECONDS))
            if outcomes or not executor.pending or self.clock() >= end:
                return outcomes
            self.tick()
