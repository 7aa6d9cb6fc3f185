"""Runs calls in this process, one after the other, without enforcing limits."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from autoskl.execution.executor import UNLIMITED, Call, Executor, Limits, Outcome
from autoskl.execution.isolation import run_isolated
from autoskl.execution.threads import limit_threads


@dataclass(frozen=True, slots=True, eq=False)
class DirectHandle:
    """A handle that holds the value itself."""

    value: Any

    def load(self) -> Any:
        """Return the value."""
        return self.value


class InProcess(Executor):
    """Runs each call in `wait`, in the order of submission.

    Nothing can be stopped from outside: calls must keep the limits themselves, by a deadline that
    they know. Used for the first model while workers start, and for everything where processes
    cannot start.

    Parameters
    ----------
    threads : int, default=1
        Threads that native libraries may use. With as many as a worker has, results are the same to
        the bit.

    Examples
    --------
    >>> from autoskl.execution.in_process import InProcess
    >>> with InProcess() as executor:
    ...     ticket = executor.submit(lambda: 6 * 7)
    ...     [(same, outcome)] = executor.wait()
    >>> outcome.value, same == ticket
    (42, True)
    """

    slots = 1

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._queue: deque[tuple[int, Call]] = deque()
        self._n_tickets = 0

    def share(self, value: Any) -> DirectHandle:
        """Return a handle that holds the value itself."""
        return DirectHandle(value)

    def submit(self, call: Call, limits: Limits = UNLIMITED) -> int:
        """Queue a call; `wait` runs it."""
        ticket = self._n_tickets
        self._n_tickets += 1
        self._queue.append((ticket, call))
        return ticket

    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        """Run the next call to its end, whatever the timeout."""
        if not self._queue:
            return []
        ticket, call = self._queue.popleft()
        with limit_threads(self._threads):
            return [(ticket, run_isolated(call))]

    @property
    def pending(self) -> int:
        """Number of calls not run yet."""
        return len(self._queue)

    def close(self) -> None:
        """Discard the calls not run yet."""
        self._queue.clear()
