"""Units out, results in: nothing that happens to a worker gets past this point as an exception."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.execution.executor import Executor, Limits, Outcome

LOOK_AHEAD = 8
"""Units under way in deterministic runs, whatever the number of workers."""


Results = tuple[FoldResult, ...]


class Dispatcher:
    """Hands units to an executor and gives back the results of their folds.

    Parameters
    ----------
    executor : Executor
    evaluator : Evaluator
    in_order : bool
        Whether results take effect in the order in which units were submitted, so that what is
        decided from them does not depend on which worker was quicker.
    receive : callable
        Takes a unit and its results as soon as they arrive, which in order may be long before they
        take effect; returns the results that are to take effect.
    known : callable
        Results of a unit that need no work since they are known, or None.
    waiting : callable
        Context in which nothing is done but to wait for outcomes.
    """

    def __init__(
        self,
        executor: Executor,
        evaluator: Evaluator,
        *,
        in_order: bool,
        receive: Callable[[Unit, Results], Results] = lambda unit, results: results,
        known: Callable[[Unit], Results | None] = lambda unit: None,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._executor = executor
        self._evaluator = evaluator
        self._in_order = in_order
        self._receive = receive
        self._find_known = known
        self._waiting = waiting
        self._order: deque[int] = deque()
        self._units: dict[int, Unit] = {}
        self._arrived: dict[int, Results] = {}
        self._alone: set[int] = set()
        self._known = 0

    @property
    def has_room(self) -> bool:
        """Whether another unit should be submitted; one always waits, so that no worker idles.

        Beside a unit that is to run alone there is no room.
        """
        if self._alone & self._units.keys():
            return False
        room = LOOK_AHEAD if self._in_order else self._executor.slots + 1
        return len(self._units) < room

    @property
    def pending(self) -> int:
        """Units whose results have not taken effect."""
        return len(self._units)

    @property
    def under_way(self) -> set[tuple[int, int]]:
        """(Trial number, fold) of every unit whose results have not taken effect."""
        return {(unit.trial.number, fold) for unit in self._units.values() for fold in unit.folds}

    def submit(
        self,
        unit: Unit,
        seconds: float | None = None,
        until: float | None = None,
        grace: float = 0.0,
        threads: int = 1,
        need: int | None = None,
        *,
        alone: bool = False,
    ) -> None:
        """Start a unit as soon as a worker is free.

        Parameters
        ----------
        unit : Unit
        seconds : float or None
            Time after which its fits should stop by themselves.
        until : float or None
            Moment of `time.monotonic` with the same meaning.
        grace : float
            Seconds after ``seconds`` at which its worker is killed.
        threads : int
            Of each fit.
        need : int or None
            Bytes that it is expected to take; it waits for others to end until so many are free.
        alone : bool
            Whether no other unit is to run beside it.
        """
        known = self._find_known(unit)
        if known is not None:
            self._known += 1
            ticket = -self._known  # those of executors rise from 0
            self._arrived[ticket] = known
        else:
            processes = 1 if alone else self._evaluator.processes
            evaluator = replace(self._evaluator, threads=threads, processes=processes)
            call = partial(evaluator.evaluate, unit, seconds, until)
            hard = None if seconds is None else seconds * len(unit.folds) + grace
            ticket = self._executor.submit(call, Limits(seconds=hard, expected_bytes=need))
            if alone:
                self._alone.add(ticket)
        self._units[ticket] = unit
        self._order.append(ticket)

    def collect(self, timeout: float | None) -> list[tuple[Unit, Results]]:
        """Wait for results and return those that take effect now.

        In order it is one unit at a time, since what is decided next must not depend on how many
        others happen to be done.
        """
        if not self._effective():
            with self._waiting():
                outcomes = self._executor.wait(timeout)
            for ticket, outcome in outcomes:
                unit = self._units[ticket]
                self._arrived[ticket] = self._receive(unit, results_of(unit, outcome))
        effective = self._effective()
        for ticket in effective:
            self._order.remove(ticket)
        return [(self._units.pop(ticket), self._arrived.pop(ticket)) for ticket in effective]

    def _effective(self) -> list[int]:
        """Tickets whose results may take effect now."""
        candidates = list(self._order)[:1] if self._in_order else self._order
        return [ticket for ticket in candidates if ticket in self._arrived]

    def unfinished(self) -> list[Unit]:
        """Forget everything that is under way and return it, in the order of submission."""
        units = [self._units[ticket] for ticket in self._order]
        self._order.clear()
        self._units.clear()
        self._arrived.clear()
        return units


def results_of(unit: Unit, outcome: Outcome) -> Results:
    """Return the fold results of a unit, also when its call came to no value."""
    if outcome.status is Status.OK:
        results: Results = outcome.value
    else:
        results = tuple(
            failed_fold(fold, outcome.status, outcome.reason, outcome.seconds)
            for fold in unit.folds
        )
    return tuple(replace(result, peak_bytes=outcome.peak_bytes) for result in results)
