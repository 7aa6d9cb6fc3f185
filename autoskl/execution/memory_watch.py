"""Which worker must go so that the whole tree of processes stays within its memory."""

from __future__ import annotations

import time
from collections.abc import Collection

from autoskl.execution.memory import Measure, exact_private, resident_private
from autoskl.execution.worker_process import WorkerProcess

_SECONDS = 0.2
_SHORTEST_SECONDS = 0.02
# Bytes that a process can at most take in a second: pages must be zeroed.
_GROWTH = 4e9
# Above this share of the limit the quick estimate gives way to the exact one.
_NEAR = 0.7
# A worker with less cannot be blamed: killing it would free nothing worth a unit.
_BLAMELESS = 1 << 25


class MemoryWatch:
    """Looks at the private memory of this process, its launcher and its workers.

    Parameters
    ----------
    limit : int or None
        Bytes for all of them together; None only notes peaks and keeps the limits of single calls.
    quick, exact : callable
        Private bytes of a process; exchanged in tests.

    Attributes
    ----------
    next_look : float
        Moment at which `look` should be called again.
    held : int
        Bytes in shared memory, which count although no process has them of its own.
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
        self.next_look = time.monotonic()
        self.held = 0

    def has_room(
        self,
        expected: int,
        workers: Collection[WorkerProcess],
        others: Collection[int | str],
    ) -> bool:
        """Whether another unit may start now; always when none runs, since waiting frees nothing.

        Parameters
        ----------
        expected : int
            Private bytes that it will take.
        workers : collection of WorkerProcess
        others : collection of int or "self"
        """
        busy = [worker for worker in workers if worker.unit is not None]
        if self._limit is None or not busy:
            return True
        total = self.held + sum(self._quick(pid) for pid in others) + expected
        for worker in workers:
            private = 0 if worker.pid is None else self._quick(worker.pid) - worker.inherited
            promised = worker.unit.limits.expected_bytes if worker.unit is not None else None
            total += max(0, private, promised or 0)
        return total <= self._limit

    def look(
        self, workers: Collection[WorkerProcess], others: Collection[int | str]
    ) -> tuple[WorkerProcess, str] | None:
        """Note peaks, and return the worker that must be killed with the reason, or None.

        Parameters
        ----------
        workers : collection of WorkerProcess
        others : collection of int or "self"
            Processes that count but are never killed.
        """
        busy = [worker for worker in workers if worker.unit is not None]
        total = self.held + sum(self._quick(pid) for pid in others)
        for worker in workers:
            if worker.pid is not None:
                private = max(0, self._quick(worker.pid) - worker.inherited)
                worker.peak = max(worker.peak, private)
                total += private
        guilty = self._beyond_own_limit(busy) or self._beyond_limit(total, busy, workers, others)
        room = _GROWTH * _SECONDS if self._limit is None else self._limit - total
        seconds = room / (_GROWTH * max(1, len(busy)))
        self.next_look = time.monotonic() + min(_SECONDS, max(_SHORTEST_SECONDS, seconds))
        return guilty

    def _beyond_own_limit(
        self, busy: Collection[WorkerProcess]
    ) -> tuple[WorkerProcess, str] | None:
        for worker in busy:
            limit = worker.unit.limits.memory_bytes if worker.unit is not None else None
            if limit is None or worker.pid is None or worker.peak <= _NEAR * limit:
                continue
            private = self._exact(worker.pid)
            if private > limit:
                return (
                    worker,
                    f"it used {in_words(private)} of memory; its limit: {in_words(limit)}",
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
        total = self.held + sum(sizes.values()) + sum(self._exact(pid) for pid in others)
        largest = max(busy, key=lambda worker: sizes[worker.number])
        size = sizes[largest.number]
        if total <= self._limit or size < _BLAMELESS:
            return None
        return largest, (
            f"all processes together used {in_words(total)} of memory, their limit: "
            f"{in_words(self._limit)}; this one used the most, {in_words(size)}"
        )


def in_words(n_bytes: float) -> str:
    """Return a size such as ``"1.5 GB"`` or ``"20 MB"``."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"
