"""A simulated executor, whose workers do not work, on a manual clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autoskl.core.result import FoldResult, Status
from autoskl.core.seeds import generator
from autoskl.core.trial import Unit
from autoskl.execution.executor import UNLIMITED, Executor, Limits, Outcome


@dataclass
class ManualClock:
    """A clock that the test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class LocalHandle:
    """A handle that holds the value itself."""

    value: Any

    def load(self) -> Any:
        return self.value


def steady(unit: Unit) -> float:
    """Return the default seconds of a unit."""
    return 0.5 * len(unit.folds)


def by_digest(unit: Unit) -> float:
    """Return the noise of a configuration's predictions, from its digest: 0.2 (good) to 1."""
    return 0.2 + 0.8 * (int(unit.trial.configuration.digest[:6], 16) / 16**6)


@dataclass
class SimulatedExecutor(Executor):
    """Runs units instantly, taking ``seconds`` on the clock.

    A unit that takes longer than its limit ends with a timeout at the limit. If ``punctual``, units
    stop by themselves at their deadline, and do not start after it.
    """

    clock: ManualClock
    slots: int = 2
    seconds: Callable[[Unit], float] = steady
    noise: Callable[[Unit], float] = by_digest
    fails: Callable[[Unit], Status | None] = lambda unit: None
    punctual: bool = False
    started: list[tuple[float, Unit]] = field(default_factory=list)
    directory = None

    def __post_init__(self) -> None:
        self._free = [self.clock.now] * self.slots
        self._running: list[tuple[float, int, Outcome]] = []
        self._tickets = 0

    def share(self, value: Any) -> LocalHandle:
        return LocalHandle(value)

    def submit(self, call: Any, limits: Limits = UNLIMITED) -> int:
        unit, evaluator = call.args[0], call.func.__self__
        start = max(heapq.heappop(self._free), self.clock.now)
        seconds, outcome = self.seconds(unit), self._outcome(unit, evaluator)
        if limits.seconds is not None and seconds > limits.seconds:
            seconds, outcome = limits.seconds, Outcome(Status.TIMEOUT, reason="too slow")
        if self.punctual and start + seconds > call.args[2]:
            seconds = max(0.0, call.args[2] - start)
            outcome = outcome if seconds else Outcome(Status.OK, ())
        heapq.heappush(self._free, start + seconds)
        heapq.heappush(self._running, (start + seconds, self._tickets, outcome))
        self.started.append((start, unit))
        self._tickets += 1
        return self._tickets - 1

    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        if not self._running:
            return []
        end = self._running[0][0]
        if timeout is not None and end > self.clock.now + timeout:
            self.clock.now += timeout + 1e-9  # since a real clock would not stop just before it
            return []
        self.clock.now = max(self.clock.now, end)
        _, ticket, outcome = heapq.heappop(self._running)
        return [(ticket, outcome)]

    @property
    def pending(self) -> int:
        return len(self._running)

    def close(self) -> None:
        self._running.clear()

    def _outcome(self, unit: Unit, evaluator: Any) -> Outcome:
        failure = self.fails(unit)
        if failure is not None:
            return Outcome(failure, reason="simulated failure")
        dataset, folds = evaluator.dataset.load(), evaluator.folds.load()
        results = []
        for fold in unit.folds:
            rows = folds.test(fold)
            rng = generator(unit.trial.configuration.digest, fold)
            one_hot = np.eye(dataset.n_outputs)[dataset.y[rows]]
            predictions = np.abs(one_hot + rng.normal(scale=self.noise(unit), size=one_hot.shape))
            predictions = (predictions + 0.05) / (predictions + 0.05).sum(axis=1, keepdims=True)
            seconds = self.seconds(unit) / len(unit.folds)
            results.append(
                FoldResult(fold, Status.OK, rows, predictions[np.newaxis], fit_seconds=seconds)
            )
        return Outcome(Status.OK, tuple(results))
