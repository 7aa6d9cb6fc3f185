"""The thread that hands units to workers and stops those that go beyond their limits."""

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
from autoskl.execution.crew import Answered, Crew, News
from autoskl.execution.executor import Outcome
from autoskl.execution.memory_watch import MemoryWatch
from autoskl.execution.pickling import Part
from autoskl.execution.worker import Data, Request, with_note
from autoskl.execution.worker_process import Unit, WorkerProcess

_FADING = 0.9
_LATEST = 2.0

Finished = tuple[int, Outcome, Sequence[Part]]


class Supervisor:
    """Keeps a crew busy from a thread of its own.

    The main process may then compute, or be interrupted, without a worker going idle, a limit
    passing unseen or a message being read by half.

    Parameters
    ----------
    crew : Crew
        Belongs to the thread from now on.
    watch : MemoryWatch
        Likewise.

    Attributes
    ----------
    lateness : float
        Seconds after its time at which this thread was woken lately, at most; 0 on an idle machine.
    """

    def __init__(self, crew: Crew, watch: MemoryWatch) -> None:
        self._crew = crew
        self._watch = watch
        self._submitted: deque[Unit] = deque()
        self._finished: SimpleQueue[Finished | None] = SimpleQueue()
        self._repeated: set[int] = set()
        self._shared: dict[str, Sequence[Part]] = {}
        self._failure: ExecutionError | None = None
        self._is_retired = False
        self._is_stopping = False
        self.lateness = 0.0
        self._thread = threading.Thread(target=self._run, name="autoskl-supervisor", daemon=True)
        self._thread.start()

    def submit(self, unit: Unit) -> None:
        """Queue a unit."""
        self._submitted.append(unit)
        self._crew.ring()

    def share(self, key: str, parts: Sequence[Part]) -> None:
        """Have a value sent to each worker before its next unit."""
        self._shared[key] = parts

    def hold(self, n_bytes: int) -> None:
        """Count bytes of shared memory that belong to no single process."""
        self._watch.held += n_bytes

    def collect(self, timeout: float | None) -> list[Finished]:
        """Return what has finished, as soon as there is something.

        Raises
        ------
        ExecutionError
            When workers cannot be started any more.
        """
        finished: list[Finished] = []
        is_patient = timeout is None or timeout > 0
        with suppress(Empty):
            while (item := self._finished.get(is_patient, timeout)) is not None:
                finished.append(item)
                is_patient = False
        if not finished and self._failure is not None:
            self._finished.put(None)  # for whoever asks next
            raise _again(self._failure)
        return finished

    @property
    def is_ready(self) -> bool:
        """Whether a worker has been ready and nothing has failed for good since."""
        return self._crew.is_ready.is_set() and self._failure is None

    def wait_ready(self, timeout: float | None) -> bool:
        """Wait until a worker is ready.

        Raises
        ------
        ExecutionError
            When workers cannot be started.
        """
        is_ready = self._crew.is_ready.wait(timeout)
        if self._failure is not None:
            raise _again(self._failure)
        return is_ready

    def retire(self) -> None:
        """Have all workers killed and none started any more."""
        self._is_retired = True
        self._crew.ring()

    def stop(self, seconds: float) -> None:
        """Kill everything; return when it is gone, or after so many seconds."""
        self._is_stopping = True
        self._crew.ring()
        if threading.current_thread() is not self._thread:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._crew.start()
            while not self._is_stopping:
                self._turn()
        except ExecutionError as error:
            self._failure = error.with_traceback(None)
        except Exception as error:
            # Whatever it was, the search must learn of it rather than wait for ever.
            self._failure = ExecutionError(f"Worker processes cannot be used: {error!r}.")
            self._failure.__cause__ = error
        finally:
            self._crew.is_ready.set()  # so that nobody waits for it any longer
            try:
                self._crew.close()
            finally:
                self._finished.put(None)

    def _turn(self) -> None:
        if self._is_retired:
            for worker in self._crew.workers:
                self._crew.dismiss(worker)
        until = self._next_look()
        for news in self._crew.listen(until):
            self._settle(news)
        now = time.monotonic()
        # Nothing came in before `until`: whatever is later than that is the machine's doing.
        self.lateness = max(_FADING * self.lateness, min(now - until, _LATEST))
        for worker in self._crew.workers:
            if worker.deadline <= now:
                self._stop_late(worker)
        if self._is_busy and self._watch.next_look <= now:
            guilty = self._watch.look(self._crew.workers, self._crew.others)
            if guilty is not None:
                self._stop_unit(guilty[0], Status.MEMORY, guilty[1])
        if not self._is_retired:
            self._crew.replenish()
            self._dispatch()

    @property
    def _is_busy(self) -> bool:
        return any(worker.unit is not None for worker in self._crew.workers)

    def _next_look(self) -> float:
        moments = [worker.deadline for worker in self._crew.workers]
        if self._is_busy:
            moments.append(self._watch.next_look)
        return min(moments, default=float("inf"))

    def _dispatch(self) -> None:
        for worker in self._crew.workers:
            if worker.is_idle and self._submitted:
                if not self._has_room(self._submitted[0]):
                    return
                unit = self._submitted.popleft()
                worker.begin(unit)
                for key in self._shared.keys() - worker.known:
                    worker.known.add(key)
                    self._crew.send(worker, with_note(Data(key), self._shared[key]))
                self._crew.send(worker, with_note(Request(unit.ticket), unit.parts))

    def _has_room(self, unit: Unit) -> bool:
        expected = unit.limits.expected_bytes
        crew = self._crew
        return expected is None or self._watch.has_room(expected, crew.workers, crew.others)

    def _settle(self, news: News) -> None:
        worker = news.worker
        if worker.unit is None:
            return
        if isinstance(news, Answered):
            peak = max(worker.peak, news.answer.outcome.peak_bytes - worker.inherited)
            outcome = replace(news.answer.outcome, peak_bytes=peak)
            self._finished.put((worker.unit.ticket, outcome, news.parts))
            worker.unit = None
            if news.answer.is_spent:
                self._crew.dismiss(worker)
        elif news.with_all and worker.unit.ticket not in self._repeated:
            # One unit may have killed what starts all workers; the others deserve another chance.
            self._repeated.add(worker.unit.ticket)
            self._submitted.appendleft(worker.unit)
            worker.unit = None
        else:
            self._fail(worker, news.status, news.reason)

    def _stop_late(self, worker: WorkerProcess) -> None:
        """Kill a worker at its deadline, unless its answer is here already."""
        for news in self._crew.hear(worker):
            self._settle(news)
        if worker.unit is not None:
            seconds = time.monotonic() - worker.since
            reason = (
                f"stopped after {seconds:.1f} s, its limit being {worker.unit.limits.seconds} s"
            )
            self._stop_unit(worker, Status.TIMEOUT, reason)

    def _stop_unit(self, worker: WorkerProcess, status: Status, reason: str) -> None:
        self._fail(worker, status, reason)
        self._crew.dismiss(worker)

    def _fail(self, worker: WorkerProcess, status: Status, reason: str) -> None:
        if worker.unit is not None:
            seconds = time.monotonic() - worker.since
            outcome = Outcome(status, None, reason, seconds, worker.peak)
            self._finished.put((worker.unit.ticket, outcome, ()))
            worker.unit = None


def _again(error: ExecutionError) -> ExecutionError:
    """Return the same error anew: one that is kept and raised would keep all its callers alive."""
    again = ExecutionError(str(error))
    again.__cause__ = error.__cause__
    return again
