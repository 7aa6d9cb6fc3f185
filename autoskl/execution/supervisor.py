"""The thread that dispatches calls to workers and stops those that exceed their limits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue

from autoskl.core.errors import ExecutionError
from autoskl.core.result import Status
from autoskl.execution.executor import Outcome
from autoskl.execution.memory_watch import MemoryWatch
from autoskl.execution.pickling import Part
from autoskl.execution.worker import Request, SharedValue, encode_message
from autoskl.execution.worker_pool import Completed, WorkerEvent, WorkerPool
from autoskl.execution.worker_process import PendingCall, WorkerProcess

_DELAY_DECAY = 0.9
_MAX_DELAY = 2.0

Finished = tuple[int, Outcome, Sequence[Part]]
"""Ticket, outcome without its value, and the parts of the value."""


class Supervisor:
    """Keeps a worker pool busy, in a thread of its own.

    While the main thread computes or is interrupted, no worker stays idle, limits are enforced and
    messages are read to their end.

    Parameters
    ----------
    pool : WorkerPool
        Used by this thread alone from now on.
    watch : MemoryWatch
        Likewise.

    Attributes
    ----------
    wakeup_delay : float
        Seconds by which this thread was recently woken too late, at most; 0 on an idle machine.
    """

    def __init__(self, pool: WorkerPool, watch: MemoryWatch) -> None:
        self._pool = pool
        self._watch = watch
        self._submitted: deque[PendingCall] = deque()
        self._finished: SimpleQueue[Finished | None] = SimpleQueue()
        self._retried: set[int] = set()
        self._shared: dict[str, Sequence[Part]] = {}
        self._failure: ExecutionError | None = None
        self._is_retired = False
        self._is_stopping = False
        self.wakeup_delay = 0.0
        self._thread = threading.Thread(target=self._run, name="autoskl-supervisor", daemon=True)
        self._thread.start()

    def submit(self, call: PendingCall) -> None:
        """Queue a call."""
        self._submitted.append(call)
        self._pool.wake()

    def share(self, key: str, parts: Sequence[Part]) -> None:
        """Have a value sent to each worker before its next call."""
        self._shared[key] = parts

    def add_shared_memory(self, n_bytes: int) -> None:
        """Count shared memory, which belongs to no single process, towards the limit."""
        self._watch.shared_bytes += n_bytes

    def collect(self, timeout: float | None) -> list[Finished]:
        """Return what has finished, as soon as there is something.

        Raises
        ------
        ExecutionError
            When workers cannot be started any more.
        """
        finished: list[Finished] = []
        block = timeout is None or timeout > 0
        with suppress(Empty):
            while (item := self._finished.get(block, timeout)) is not None:
                finished.append(item)
                block = False
        if not finished and self._failure is not None:
            self._finished.put(None)  # for the next call of this method
            raise _copy_error(self._failure)
        return finished

    @property
    def is_ready(self) -> bool:
        """Whether a worker has been ready and nothing has failed for good since."""
        return self._pool.is_ready.is_set() and self._failure is None

    def wait_ready(self, timeout: float | None) -> bool:
        """Wait until a worker is ready.

        Raises
        ------
        ExecutionError
            When workers cannot be started.
        """
        is_ready = self._pool.is_ready.wait(timeout)
        if self._failure is not None:
            raise _copy_error(self._failure)
        return is_ready

    def retire(self) -> None:
        """Have all workers killed and no more started."""
        self._is_retired = True
        self._pool.wake()

    def stop(self, seconds: float) -> None:
        """Kill everything; return when it has ended, or after so many seconds."""
        self._is_stopping = True
        self._pool.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._pool.start()
            while not self._is_stopping:
                self._step()
        except ExecutionError as error:
            self._failure = error.with_traceback(None)
        except Exception as error:
            # Whatever it was, the search must be notified rather than wait for ever.
            self._failure = ExecutionError(f"Worker processes cannot be used: {error!r}.")
            self._failure.__cause__ = error
        finally:
            self._pool.is_ready.set()  # so that nobody waits for it any longer
            try:
                self._pool.close()
            finally:
                self._finished.put(None)

    def _step(self) -> None:
        if self._is_retired:
            for worker in self._pool.workers:
                self._pool.kill(worker)
        until = self._next_check()
        for event in self._pool.wait(until):
            self._on_event(event)
        now = time.monotonic()
        # Without any event `wait` ends at `until`: what is later is the delay of the machine.
        self.wakeup_delay = max(_DELAY_DECAY * self.wakeup_delay, min(now - until, _MAX_DELAY))
        for worker in self._pool.workers:
            if worker.deadline <= now:
                self._stop_overdue(worker)
        if self._is_busy and self._watch.next_check <= now:
            victim = self._watch.check(self._pool.workers, self._pool.other_pids)
            if victim is not None:
                self._stop_call(victim[0], Status.MEMORY, victim[1])
        if not self._is_retired:
            self._pool.replenish()
            self._dispatch()

    @property
    def _is_busy(self) -> bool:
        return any(worker.call is not None for worker in self._pool.workers)

    def _next_check(self) -> float:
        times = [worker.deadline for worker in self._pool.workers]
        if self._is_busy:
            times.append(self._watch.next_check)
        return min(times, default=float("inf"))

    def _dispatch(self) -> None:
        for worker in self._pool.workers:
            if worker.is_idle and self._submitted:
                if not self._has_room(self._submitted[0]):
                    return
                call = self._submitted.popleft()
                worker.assign(call)
                for key in self._shared.keys() - worker.shared_keys:
                    worker.shared_keys.add(key)
                    self._pool.send(worker, encode_message(SharedValue(key), self._shared[key]))
                self._pool.send(worker, encode_message(Request(call.ticket), call.parts))

    def _has_room(self, call: PendingCall) -> bool:
        expected = call.limits.expected_bytes
        pool = self._pool
        return expected is None or self._watch.has_room(expected, pool.workers, pool.other_pids)

    def _on_event(self, event: WorkerEvent) -> None:
        worker = event.worker
        if worker.call is None:
            return
        if isinstance(event, Completed):
            outcome = event.response.outcome
            peak = max(worker.peak_bytes, outcome.peak_bytes - worker.inherited_bytes)
            outcome = replace(outcome, peak_bytes=peak)
            self._finished.put((worker.call.ticket, outcome, event.parts))
            worker.call = None
            if event.response.left_something:
                self._pool.kill(worker)
        elif event.with_all and worker.call.ticket not in self._retried:
            # One call may have killed the process that starts workers; the others are retried.
            self._retried.add(worker.call.ticket)
            self._submitted.appendleft(worker.call)
            worker.call = None
        else:
            self._fail(worker, event.status, event.reason)

    def _stop_overdue(self, worker: WorkerProcess) -> None:
        """Kill a worker at its deadline, unless its response has arrived already."""
        for event in self._pool.drain(worker):
            self._on_event(event)
        if worker.call is not None:
            seconds = time.monotonic() - worker.assigned
            limit = worker.call.limits.seconds
            reason = f"stopped after {seconds:.1f} s, its limit being {limit} s"
            self._stop_call(worker, Status.TIMEOUT, reason)

    def _stop_call(self, worker: WorkerProcess, status: Status, reason: str) -> None:
        self._fail(worker, status, reason)
        self._pool.kill(worker)

    def _fail(self, worker: WorkerProcess, status: Status, reason: str) -> None:
        if worker.call is not None:
            seconds = time.monotonic() - worker.assigned
            outcome = Outcome(status, None, reason, seconds, worker.peak_bytes)
            self._finished.put((worker.call.ticket, outcome, ()))
            worker.call = None


def _copy_error(error: ExecutionError) -> ExecutionError:
    """Return a copy to raise: a stored error with a traceback would keep all callers alive."""
    copy = ExecutionError(str(error))
    copy.__cause__ = error.__cause__
    return copy
