"""Submits units; worker failures come back as failed results, never as exceptions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.execution.executor import Executor, Limits, Outcome

LOOK_AHEAD = 8
"""Units in progress in deterministic runs, whatever the number of workers."""


Results = tuple[FoldResult, ...]
Wait = Callable[[Executor, float | None], list[tuple[int, Outcome]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLimits:
    """Limits of a unit and the resources that it gets.

    Attributes
    ----------
    seconds : float or None
        Time after which each of its fits should stop by itself.
    deadline : float or None
        Time on the monotonic clock, in seconds, with the same meaning.
    grace : float
        Seconds after ``seconds`` at which its worker is killed.
    threads : int
        Threads of each fit.
    expected_bytes : int or None
        Predicted memory; the unit waits until so many bytes are free.
    alone : bool
        Whether no other unit may run beside it.
    """

    seconds: float | None = None
    deadline: float | None = None
    grace: float = 0.0
    threads: int = 1
    expected_bytes: int | None = None
    alone: bool = False

    def hard_seconds(self, unit: Unit) -> float | None:
        """Return the seconds after which the worker of a unit is killed; None for never."""
        return None if self.seconds is None else self.seconds * len(unit.folds) + self.grace

    def explained(self, outcome: Outcome, unit: Unit) -> Outcome:
        """Return the outcome of a unit; if it was killed, with what its limit consists of."""
        if outcome.status is not Status.TIMEOUT or self.seconds is None:
            return outcome
        n_folds = len(unit.folds)
        fits = "its fit" if n_folds == 1 else f"each of its {n_folds} folds"
        parts = f"{self.seconds:.3g} s for {fits}, and {self.grace:.3g} s more to stop by itself"
        return replace(outcome, reason=f"{outcome.reason} ({parts})")


class Dispatcher:
    """Submits units to an executor and collects the results of their folds.

    Parameters
    ----------
    executor : Executor
    evaluator : Evaluator
    in_order : bool
        Whether results take effect in the order in which units were submitted, so that decisions
        do not depend on which worker was faster.
    receive : callable
        Called with a unit and its results as soon as they arrive, possibly long before they take
        effect; returns the results that are to take effect. Of known results it only gets failures.
    known : callable
        Returns the results of a unit that need no fit, or None.
    wait : callable
        Waits for outcomes, given the executor and the timeout.
    """

    def __init__(
        self,
        executor: Executor,
        evaluator: Evaluator,
        *,
        in_order: bool,
        receive: Callable[[Unit, Results], Results] = lambda unit, results: results,
        known: Callable[[Unit], Results | None] = lambda unit: None,
        wait: Wait = lambda executor, timeout: executor.wait(timeout),
    ) -> None:
        self._executor = executor
        self._evaluator = evaluator
        self._in_order = in_order
        self._receive = receive
        self._find_known = known
        self._wait = wait
        self._order: deque[int] = deque()
        self._units: dict[int, Unit] = {}
        self._limits: dict[int, UnitLimits] = {}
        self._arrived: dict[int, Results] = {}
        self._alone: set[int] = set()
        self._n_known = 0

    @property
    def has_room(self) -> bool:
        """Whether to submit another unit; one is always queued, so that no worker is idle.

        There is no room beside a unit that is to run alone.
        """
        if self._alone & self._units.keys():
            return False
        room = LOOK_AHEAD if self._in_order else self._executor.slots + 1
        return len(self._units) < room

    @property
    def pending(self) -> int:
        """Number of units whose results have not taken effect."""
        return len(self._units)

    @property
    def under_way(self) -> set[tuple[int, int]]:
        """(Trial number, fold) of every unit whose results have not taken effect."""
        return {(unit.trial.number, fold) for unit in self._units.values() for fold in unit.folds}

    def submit(self, unit: Unit, limits: UnitLimits | None = None) -> None:
        """Start a unit as soon as a worker is free.

        Parameters
        ----------
        unit : Unit
        limits : UnitLimits, default=None
        """
        limits = limits or UnitLimits()
        known = self._find_known(unit)
        if known is not None:
            self._n_known += 1
            ticket = -self._n_known  # tickets of executors are not negative
            # A refusal is recorded like a fit that failed.
            is_ok = all(result.ok for result in known)
            self._arrived[ticket] = known if is_ok else self._receive(unit, known)
        else:
            processes = 1 if limits.alone else self._evaluator.processes
            evaluator = replace(self._evaluator, threads=limits.threads, processes=processes)
            call = partial(evaluator.evaluate, unit, limits.seconds, limits.deadline)
            ticket = self._executor.submit(
                call,
                Limits(seconds=limits.hard_seconds(unit), expected_bytes=limits.expected_bytes),
            )
            self._limits[ticket] = limits
            if limits.alone:
                self._alone.add(ticket)
        self._units[ticket] = unit
        self._order.append(ticket)

    def collect(self, timeout: float | None) -> list[tuple[Unit, Results]]:
        """Wait for results and return those that take effect now.

        In order, this is one unit at a time, since the next decision must not depend on how many
        others happen to be done.
        """
        if not self._effective():
            for ticket, outcome in self._wait(self._executor, timeout):
                unit = self._units[ticket]
                explained = self._limits.pop(ticket).explained(outcome, unit)
                self._arrived[ticket] = self._receive(unit, results_of(unit, explained))
        effective = self._effective()
        for ticket in effective:
            self._order.remove(ticket)
        return [(self._units.pop(ticket), self._arrived.pop(ticket)) for ticket in effective]

    def _effective(self) -> list[int]:
        """Return the tickets whose results may take effect now."""
        candidates = list(self._order)[:1] if self._in_order else self._order
        return [ticket for ticket in candidates if ticket in self._arrived]

    def unfinished(self) -> list[Unit]:
        """Remove and return all units in progress, in the order of submission."""
        units = [self._units[ticket] for ticket in self._order]
        self._order.clear()
        self._units.clear()
        self._limits.clear()
        self._arrived.clear()
        return units


def results_of(unit: Unit, outcome: Outcome) -> Results:
    """Return the fold results of a unit; failed ones when the call returned no value."""
    if outcome.status is Status.OK:
        results: Results = outcome.value
    else:
        results = tuple(
            failed_fold(fold, outcome.status, outcome.reason, outcome.seconds)
            for fold in unit.folds
        )
    return tuple(replace(result, peak_bytes=outcome.peak_bytes) for result in results)
