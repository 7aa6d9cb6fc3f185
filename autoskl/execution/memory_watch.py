"""Decides which worker to kill so that all processes together stay within the memory limit."""

from __future__ import annotations

import time
from collections.abc import Collection

from autoskl.execution.memory import Measure, exact_private, format_bytes, resident_private
from autoskl.execution.worker_process import WorkerProcess

_SECONDS = 0.2
_MIN_SECONDS = 0.02
_GROWTH = 4e9
"""Bytes that a process can allocate per second, at most: pages must be zeroed."""

_NEAR = 0.7
"""Share of the limit above which the quick estimate is replaced by the exact value."""

_MIN_KILL_BYTES = 1 << 25
"""Smaller workers are never killed: that would free nothing worth a call."""


class MemoryWatch:
    """Measures the private memory of this process, its launcher and its workers.

    Parameters
    ----------
    limit : int or None
        Bytes for all of them together; with None, only peaks are recorded and the limits of single
        calls enforced.
    quick, exact : callable
        Return the private bytes of a process; replaced in tests.

    Attributes
    ----------
    next_check : float
        Time on the monotonic clock at which `check` should be called again.
    shared_bytes : int
        Bytes in shared memory, which count although they are private to no process.
    """

    def __init__(
        self,
        limit: int | None,
        quick: Measure = resident_private,
        exact: Measure = exact_private,
    ) -> None:
        self._limit = limit
        self._quick = quick
        self._exact = exact
        self.next_check = time.monotonic()
        self.shared_bytes = 0

    def has_room(
        self,
        expected: int,
        workers: Collection[WorkerProcess],
        others: Collection[int | str],
    ) -> bool:
        """Whether another call may start now; always when none runs, since waiting frees nothing.

        Parameters
        ----------
        expected : int
            Private bytes that it will need.
        workers : collection of WorkerProcess
        others : collection of int or "self"
        """
        busy = [worker for worker in workers if worker.call is not None]
        if self._limit is None or not busy:
            return True
        total = self.shared_bytes + sum(self._quick(pid) for pid in others) + expected
        for worker in workers:
            private = 0 if worker.pid is None else self._quick(worker.pid) - worker.inherited_bytes
            reserved = worker.call.limits.expected_bytes if worker.call is not None else None
            total += max(0, private, reserved or 0)
        return total <= self._limit

    def check(
        self, workers: Collection[WorkerProcess], others: Collection[int | str]
    ) -> tuple[WorkerProcess, str] | None:
        """Update peaks, and return the worker to kill with the reason, or None.

        Parameters
        ----------
        workers : collection of WorkerProcess
        others : collection of int or "self"
            Processes that count but are never killed.
        """
        busy = [worker for worker in workers if worker.call is not None]
        total = self.shared_bytes + sum(self._quick(pid) for pid in others)
        for worker in workers:
            if worker.pid is not None:
                private = max(0, self._quick(worker.pid) - worker.inherited_bytes)
                worker.peak_bytes = max(worker.peak_bytes, private)
                total += private
        victim = self._beyond_own_limit(busy) or self._beyond_limit(total, busy, workers, others)
        room = _GROWTH * _SECONDS if self._limit is None else self._limit - total
        seconds = room / (_GROWTH * max(1, len(busy)))
        self.next_check = time.monotonic() + min(_SECONDS, max(_MIN_SECONDS, seconds))
        return victim

    def _beyond_own_limit(
        self, busy: Collection[WorkerProcess]
    ) -> tuple[WorkerProcess, str] | None:
        for worker in busy:
            limit = worker.call.limits.memory_bytes if worker.call is not None else None
            if limit is None or worker.pid is None or worker.peak_bytes <= _NEAR * limit:
                continue
            private = self._exact(worker.pid)
            if private > limit:
                return worker, (
                    f"it used {format_bytes(private)} of memory; its limit: {format_bytes(limit)}"
                )
        return None

    def _beyond_limit(
        self,
        total: int,
        busy: Collection[WorkerProcess],
        workers: Collection[WorkerProcess],
        others: Collection[int | str],
    ) -> tuple[WorkerProcess, str] | None:
        if self._limit is None or total <= _NEAR * self._limit or not busy:
            return None
        sizes = {w.number: self._exact(w.pid) for w in workers if w.pid is not None}
        total = self.shared_bytes + sum(sizes.values()) + sum(self._exact(pid) for pid in others)
        largest = max(busy, key=lambda worker: sizes[worker.number])
        size = sizes[largest.number]
        if total <= self._limit or size < _MIN_KILL_BYTES:
            return None
        return largest, (
            f"all processes together used {format_bytes(total)} of memory, their limit: "
            f"{format_bytes(self._limit)}; this one used the most, {format_bytes(size)}"
        )
