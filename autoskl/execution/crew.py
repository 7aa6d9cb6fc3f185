"""The workers that are there now: heard, replaced when they are lost, kept at full number."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, EVENT_WRITE

from autoskl.core.errors import ExecutionError
from autoskl.core.result import Status
from autoskl.execution.channel import BrokenChannelError, Channel, Message
from autoskl.execution.endings import describe_ending
from autoskl.execution.launcher import Connected, Event, Exited, Launcher, Lost, NotStarted
from autoskl.execution.pickling import Part
from autoskl.execution.worker import Answer, Ready, note_of
from autoskl.execution.worker_process import ErrorOutput, WorkerProcess

_SECONDS_TO_START = 120.0
# Between the end of a connection and the news of how the process ended.
_SECONDS_TO_END = 0.5
_SECONDS_TO_CLOSE = 10.0
_SECONDS_TO_RETRY = 0.2
_SECONDS_BETWEEN_LOOKS = 0.02
_MOST_FAILURES = 5
# Before any worker was ready: what cannot work is to be known soon, but one kill says little.
_MOST_FAILURES_AT_START = 3


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A worker has finished its unit; the parts are those of the value."""

    worker: WorkerProcess
    answer: Answer
    parts: Message


@dataclass(frozen=True, slots=True, eq=False)
class Died:
    """A worker is gone, and its unit with it.

    Attributes
    ----------
    worker : WorkerProcess
    status : Status
    reason : str
    with_all : bool
        Whether all workers went at the same time, so that its unit need not be to blame.
    """

    worker: WorkerProcess
    status: Status
    reason: str
    with_all: bool = False


News = Answered | Died


class Crew:
    """A number of workers, all used from one thread.

    Parameters
    ----------
    launcher : Launcher
    size : int

    Attributes
    ----------
    is_ready : threading.Event
        Set once a worker has been ready.
    """

    def __init__(self, launcher: Launcher, size: int) -> None:
        self._launcher = launcher
        self._size = size
        self._workers: dict[int, WorkerProcess] = {}
        self._news: list[News] = []
        self._n_launched = 0
        self._n_failures = 0
        self._next_launch = 0.0
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = socket.socketpair()
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        self._selector.register(self._wake, EVENT_READ)
        self.is_ready = threading.Event()

    @property
    def workers(self) -> list[WorkerProcess]:
        """Workers that are starting or ready."""
        return list(self._workers.values())

    @property
    def others(self) -> list[int | str]:
        """Processes beside the workers whose memory counts."""
        return ["self", *self._launcher.pids]

    def ring(self) -> None:
        """End a `listen` from another thread."""
        with suppress(OSError):  # full: it will end anyway; closed: nobody listens any more
            self._waker.send(b"\0")

    def start(self) -> None:
        """Begin to start workers."""
        self._launcher.start(self._selector)
        self.replenish()

    def listen(self, until: float) -> list[News]:
        """Return news as soon as there may be some, an empty list at the moment ``until``."""
        patience = min(until, self._next_look()) - time.monotonic()
        for key, mask in self._selector.select(max(0.0, min(patience, _SECONDS_TO_START))):
            if key.fileobj is self._wake:
                self._wake.recv(4096)
            elif isinstance(key.data, WorkerProcess) and key.data.number in self._workers:
                self._attend(key.data, key.fileobj, mask)
        for event in self._launcher.poll():
            self._take_note(event)
        self._look_for_silent_ones()
        return self._take_news()

    def hear(self, worker: WorkerProcess) -> list[News]:
        """Return what one worker has said that has not been read yet."""
        if worker.channel is not None and worker.ended is None:
            self._read(worker, worker.channel)
        return self._take_news()

    def send(self, worker: WorkerProcess, parts: Sequence[Part]) -> None:
        """Send a message to a worker, in the background if it is long."""
        if worker.channel is not None:
            worker.channel.send(parts)
            self._watch(worker, worker.channel)

    def dismiss(self, worker: WorkerProcess) -> None:
        """Kill a worker, dead or alive, with everything that it started."""
        self._workers.pop(worker.number, None)
        for source in (worker.channel, worker.errors):
            if source is not None:
                self._forget(source)
        worker.kill()

    def replenish(self) -> None:
        """Start workers in the place of those that are gone.

        Raises
        ------
        ExecutionError
            When that has failed too often.
        """
        while len(self._workers) < self._size and time.monotonic() >= self._next_launch:
            self._n_launched += 1
            try:
                worker = self._launcher.launch(self._n_launched)
            except OSError as error:
                self._count_failure(str(error))
                return
            self._workers[worker.number] = worker
            for source in (worker.channel, worker.errors):
                if source is not None:
                    self._selector.register(source, EVENT_READ, worker)

    def close(self) -> None:
        """Kill everything and wait for its end."""
        for worker in self.workers:
            self.dismiss(worker)
        self._launcher.close()
        self._launcher.join(_SECONDS_TO_CLOSE)
        self._selector.close()
        self._wake.close()
        self._waker.close()

    def _next_look(self) -> float:
        """Moment at which to look although nothing comes in."""
        moments = [w.launched + _SECONDS_TO_START for w in self.workers if w.pid is None]
        if len(self._workers) < self._size:
            moments.append(self._next_launch)
        if any(worker.channel is None or worker.ended is not None for worker in self.workers):
            # A plainly started process does not announce its end.
            moments.append(time.monotonic() + _SECONDS_BETWEEN_LOOKS)
        return min(moments, default=float("inf"))

    def _take_news(self) -> list[News]:
        news, self._news = self._news, []
        return news

    def _attend(self, worker: WorkerProcess, source: object, mask: int) -> None:
        """Read from or write to a worker."""
        if isinstance(source, ErrorOutput):
            source.read()
            if source.ended:
                self._forget(source)
        elif isinstance(source, Channel):
            if mask & EVENT_WRITE:
                source.flush()
            if mask & EVENT_READ:
                self._read(worker, source)
            self._watch(worker, source)

    def _read(self, worker: WorkerProcess, channel: Channel) -> None:
        try:
            messages = channel.receive()
        except BrokenChannelError as error:
            self._lose(worker, Status.CRASHED, f"the worker process sent garbage: {error}")
        except MemoryError:
            self._lose(worker, Status.MEMORY, "the result does not fit into memory")
        else:
            for message in messages:
                self._understand(worker, message)

    def _understand(self, worker: WorkerProcess, message: Message) -> None:
        note = note_of(message)
        if isinstance(note, Ready):
            worker.pid, worker.inherited = note.pid, note.resident
            self._n_failures = 0
            self.is_ready.set()
        elif isinstance(note, Answer):
            self._news.append(Answered(worker, note, message[1:]))

    def _watch(self, worker: WorkerProcess, channel: Channel) -> None:
        """Wait for what a channel needs now."""
        if worker.number not in self._workers:
            return
        if channel.ended:
            worker.ended = worker.ended or time.monotonic()
            self._forget(channel)
        else:
            events = EVENT_READ | EVENT_WRITE if channel.is_sending else EVENT_READ
            self._selector.modify(channel, events, worker)

    def _forget(self, source: Channel | ErrorOutput) -> None:
        with suppress(KeyError, ValueError):  # it is not watched any more
            self._selector.unregister(source)

    def _take_note(self, event: Event) -> None:
        """Follow what the launcher tells."""
        if isinstance(event, Lost):
            reason = f"the process that starts the workers died: {event.reason}"
            for lost in self.workers:
                self._lose(lost, Status.CRASHED, reason, with_all=True)
            self._count_failure(event.reason)
            self._launcher.start(self._selector)
            return
        worker = self._workers.get(event.number)
        if worker is None:  # dismissed by us
            return
        if isinstance(event, Connected):
            worker.channel = event.channel
            self._selector.register(event.channel, EVENT_READ, worker)
        elif isinstance(event, NotStarted):
            self._lose(worker, Status.CRASHED, event.reason)
            self._count_failure(event.reason)
        elif isinstance(event, Exited):
            self._bury(worker, event.code)

    def _bury(self, worker: WorkerProcess, code: int | None) -> None:
        """Read what a dead worker has still said, and let go of it."""
        if worker.channel is not None and worker.ended is None:
            self._read(worker, worker.channel)
        words = worker.words()
        reason = describe_ending(code) + (f"; its last words: {words}" if words else "")
        self._lose(worker, Status.CRASHED, f"the worker process died: {reason}")
        if worker.pid is None:
            self._count_failure(reason)

    def _lose(
        self, worker: WorkerProcess, status: Status, reason: str, *, with_all: bool = False
    ) -> None:
        self._news.append(Died(worker, status, reason, with_all))
        self.dismiss(worker)

    def _count_failure(self, reason: str) -> None:
        self._n_failures += 1
        most = _MOST_FAILURES if self.is_ready.is_set() else _MOST_FAILURES_AT_START
        if self._n_failures >= most and not any(worker.pid is not None for worker in self.workers):
            raise ExecutionError(
                f"Worker processes cannot be started: {reason}. "
                "Calls can run in the main process, but without hard limits."
            )
        self._next_launch = time.monotonic() + _SECONDS_TO_RETRY * self._n_failures

    def _look_for_silent_ones(self) -> None:
        now = time.monotonic()
        for worker in self.workers:
            if worker.ended is not None and now >= worker.ended + _SECONDS_TO_END:
                self._bury(worker, None)
            elif worker.pid is None and now >= worker.launched + _SECONDS_TO_START:
                worker.launched = now
                self._launcher.give_up(worker)
