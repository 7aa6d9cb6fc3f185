"""A pool of worker processes: listens to them, replaces those that die, keeps their number."""

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
from autoskl.execution.exit_status import describe_exit
from autoskl.execution.launcher import (
    Connected,
    Exited,
    Launcher,
    LauncherDied,
    LauncherEvent,
    StartFailed,
)
from autoskl.execution.pickling import Part
from autoskl.execution.worker import Ready, Response, header_of
from autoskl.execution.worker_process import StderrPipe, WorkerProcess

_MAX_SECONDS_TO_START = 120.0
_MAX_SECONDS_TO_EXIT = 0.5
"""Time between the end of a connection and the report of how the process ended."""

_MAX_SECONDS_TO_CLOSE = 10.0
_RETRY_SECONDS = 0.2
_POLL_SECONDS = 0.02
_MAX_FAILURES = 5
_MAX_FAILURES_AT_START = 3
"""Before any worker was ready: what cannot work should be reported soon, but a single kill proves
little."""


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """A worker has finished its call; ``parts`` are those of the value."""

    worker: WorkerProcess
    response: Response
    parts: Message


@dataclass(frozen=True, slots=True, eq=False)
class WorkerDied:
    """A worker has died during its call, if it had one.

    Attributes
    ----------
    worker : WorkerProcess
    status : Status
    reason : str
    with_all : bool
        Whether all workers died together, so that its call need not be the cause.
    """

    worker: WorkerProcess
    status: Status
    reason: str
    with_all: bool = False


WorkerEvent = Completed | WorkerDied


class WorkerPool:
    """A fixed number of workers. Not thread-safe, except for `wake`.

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
        self._events: list[WorkerEvent] = []
        self._n_launched = 0
        self._n_failures = 0
        self._next_launch = 0.0
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)
        self._selector.register(self._wake_reader, EVENT_READ)
        self.is_ready = threading.Event()

    @property
    def workers(self) -> list[WorkerProcess]:
        """Workers that are starting or ready."""
        return list(self._workers.values())

    @property
    def other_pids(self) -> list[int | str]:
        """Processes besides the workers whose memory counts."""
        return ["self", *self._launcher.pids]

    def wake(self) -> None:
        """Make `wait` return, from any thread."""
        with suppress(OSError):  # full: it will return anyway; closed: nothing waits any more
            self._wake_writer.send(b"\0")

    def start(self) -> None:
        """Start the workers in the background."""
        self._launcher.start(self._selector)
        self.replenish()

    def wait(self, until: float) -> list[WorkerEvent]:
        """Return events as soon as there are any, or after `wake`, or at the time ``until``."""
        timeout = min(until, self._next_check()) - time.monotonic()
        for key, mask in self._selector.select(max(0.0, min(timeout, _MAX_SECONDS_TO_START))):
            if key.fileobj is self._wake_reader:
                self._wake_reader.recv(4096)
            elif isinstance(key.data, WorkerProcess) and key.data.number in self._workers:
                self._on_ready(key.data, key.fileobj, mask)
        for event in self._launcher.poll():
            self._on_launcher_event(event)
        self._check_unresponsive()
        return self._take_events()

    def drain(self, worker: WorkerProcess) -> list[WorkerEvent]:
        """Return the events in what a worker has sent but nobody has read yet."""
        if worker.channel is not None and worker.disconnected is None:
            self._read(worker, worker.channel)
        return self._take_events()

    def send(self, worker: WorkerProcess, parts: Sequence[Part]) -> None:
        """Send a message to a worker, in the background if it is long."""
        if worker.channel is not None:
            worker.channel.send(parts)
            self._update_registration(worker, worker.channel)

    def kill(self, worker: WorkerProcess) -> None:
        """Kill a worker, dead or alive, with everything that it started."""
        self._workers.pop(worker.number, None)
        for source in (worker.channel, worker.stderr):
            if source is not None:
                self._unregister(source)
        worker.kill()

    def replenish(self) -> None:
        """Start workers until the pool is full.

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
            for source in (worker.channel, worker.stderr):
                if source is not None:
                    self._selector.register(source, EVENT_READ, worker)

    def close(self) -> None:
        """Kill everything and wait until it has ended."""
        for worker in self.workers:
            self.kill(worker)
        self._launcher.close()
        self._launcher.join(_MAX_SECONDS_TO_CLOSE)
        self._selector.close()
        self._wake_reader.close()
        self._wake_writer.close()

    def _next_check(self) -> float:
        """Time at which to check the workers even if nothing was received."""
        times = [w.launched + _MAX_SECONDS_TO_START for w in self.workers if w.pid is None]
        if len(self._workers) < self._size:
            times.append(self._next_launch)
        if any(w.channel is None or w.disconnected is not None for w in self.workers):
            # The end of a plainly started process has to be polled for.
            times.append(time.monotonic() + _POLL_SECONDS)
        return min(times, default=float("inf"))

    def _take_events(self) -> list[WorkerEvent]:
        events, self._events = self._events, []
        return events

    def _on_ready(self, worker: WorkerProcess, source: object, mask: int) -> None:
        """Read from or write to a channel or pipe that is ready for it."""
        if isinstance(source, StderrPipe):
            source.read()
            if source.is_closed:
                self._unregister(source)
        elif isinstance(source, Channel):
            if mask & EVENT_WRITE:
                source.flush()
            if mask & EVENT_READ:
                self._read(worker, source)
            self._update_registration(worker, source)

    def _read(self, worker: WorkerProcess, channel: Channel) -> None:
        try:
            messages = channel.receive()
        except BrokenChannelError as error:
            self._lose(worker, Status.CRASHED, f"the worker process sent garbage: {error}")
        except MemoryError:
            self._lose(worker, Status.MEMORY, "the result does not fit into memory")
        else:
            for message in messages:
                self._on_message(worker, message)

    def _on_message(self, worker: WorkerProcess, message: Message) -> None:
        header = header_of(message)
        if isinstance(header, Ready):
            worker.pid, worker.inherited_bytes = header.pid, header.resident_bytes
            self._n_failures = 0
            self.is_ready.set()
        elif isinstance(header, Response):
            self._events.append(Completed(worker, header, message[1:]))

    def _update_registration(self, worker: WorkerProcess, channel: Channel) -> None:
        """Register a channel for what it needs now: reading, and writing while it sends."""
        if worker.number not in self._workers:
            return
        if channel.is_closed:
            worker.disconnected = worker.disconnected or time.monotonic()
            self._unregister(channel)
        else:
            events = EVENT_READ | EVENT_WRITE if channel.is_sending else EVENT_READ
            self._selector.modify(channel, events, worker)

    def _unregister(self, source: Channel | StderrPipe) -> None:
        with suppress(KeyError, ValueError):  # not registered any more
            self._selector.unregister(source)

    def _on_launcher_event(self, event: LauncherEvent) -> None:
        if isinstance(event, LauncherDied):
            reason = f"the process that starts the workers died: {event.reason}"
            for lost in self.workers:
                self._lose(lost, Status.CRASHED, reason, with_all=True)
            self._count_failure(event.reason)
            self._launcher.start(self._selector)
            return
        worker = self._workers.get(event.number)
        if worker is None:  # killed by us
            return
        if isinstance(event, Connected):
            worker.channel = event.channel
            self._selector.register(event.channel, EVENT_READ, worker)
        elif isinstance(event, StartFailed):
            self._lose(worker, Status.CRASHED, event.reason)
            self._count_failure(event.reason)
        elif isinstance(event, Exited):
            self._reap(worker, event.code)

    def _reap(self, worker: WorkerProcess, code: int | None) -> None:
        """Read the rest of what a dead worker sent, and forget it."""
        if worker.channel is not None and worker.disconnected is None:
            self._read(worker, worker.channel)
        stderr = worker.stderr_tail()
        reason = describe_exit(code) + (f"; stderr: {stderr}" if stderr else "")
        self._lose(worker, Status.CRASHED, f"the worker process died: {reason}")
        if worker.pid is None:
            self._count_failure(reason)

    def _lose(
        self, worker: WorkerProcess, status: Status, reason: str, *, with_all: bool = False
    ) -> None:
        self._events.append(WorkerDied(worker, status, reason, with_all))
        self.kill(worker)

    def _count_failure(self, reason: str) -> None:
        self._n_failures += 1
        max_failures = _MAX_FAILURES if self.is_ready.is_set() else _MAX_FAILURES_AT_START
        is_any_ready = any(worker.pid is not None for worker in self.workers)
        if self._n_failures >= max_failures and not is_any_ready:
            raise ExecutionError(
                f"Worker processes cannot be started: {reason}. "
                "Calls can run in the main process, but without hard limits."
            )
        self._next_launch = time.monotonic() + _RETRY_SECONDS * self._n_failures

    def _check_unresponsive(self) -> None:
        """Give up workers that have lost their connection or do not start."""
        now = time.monotonic()
        for worker in self.workers:
            if (
                worker.disconnected is not None
                and now >= worker.disconnected + _MAX_SECONDS_TO_EXIT
            ):
                self._reap(worker, None)
            elif worker.pid is None and now >= worker.launched + _MAX_SECONDS_TO_START:
                worker.launched = now
                self._launcher.abort_start(worker)
