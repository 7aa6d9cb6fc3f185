"""A worker process as the main process sees it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from autoskl.execution.channel import Channel
from autoskl.execution.executor import Limits
from autoskl.execution.exit_status import stderr_tail
from autoskl.execution.pickling import Part
from autoskl.execution.process_settings import kill_group

_KEPT_BYTES = 1 << 14
_MAX_BYTES_PER_TURN = 1 << 20


class StderrPipe:
    """The read end of the pipe that is a process's standard error; keeps the end of the output."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._kept = b""
        self.is_closed = False

    def fileno(self) -> int:
        """Return the file descriptor, for selectors."""
        return self._descriptor

    def read(self) -> None:
        """Read what has been written, at most a megabyte at a time."""
        for _ in range(_MAX_BYTES_PER_TURN // _KEPT_BYTES):
            try:
                data = os.read(self._descriptor, _KEPT_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.is_closed = True
                return
            self._kept = (self._kept + data)[-_KEPT_BYTES:]

    def clear(self) -> None:
        """Discard what has been written so far."""
        self.read()
        self._kept = b""

    def tail(self) -> str:
        """Return the end of what has been written."""
        self.read()
        return stderr_tail(self._kept)

    def close(self) -> None:
        """Close the pipe."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@dataclass(frozen=True, slots=True, eq=False)
class PendingCall:
    """A submitted call without an outcome yet; ``parts`` are its pickle."""

    ticket: int
    parts: Sequence[Part]
    limits: Limits


@dataclass(slots=True, eq=False)
class WorkerProcess:
    """State of one worker. Times are on the monotonic clock, in seconds.

    Attributes
    ----------
    number : int
        Never used twice.
    channel : Channel or None
        None until a plainly started worker has connected.
    stderr : StderrPipe or None
    pid : int or None
        None until the worker has reported that it is ready.
    launched : float
        When its start was requested.
    inherited_bytes : int
        Private bytes at its start, most of them shared with the template process.
    call : PendingCall or None
        What it runs now.
    assigned : float
        When it got the call.
    peak_bytes : int
        Peak of the private bytes seen during the call.
    shared_keys : set of str
        Keys of the values for `MemoryHandle` that were sent to it.
    disconnected : float or None
        When its connection ended.
    """

    number: int
    channel: Channel | None = None
    stderr: StderrPipe | None = None
    pid: int | None = None
    launched: float = field(default_factory=time.monotonic)
    inherited_bytes: int = 0
    call: PendingCall | None = None
    assigned: float = 0.0
    peak_bytes: int = 0
    shared_keys: set[str] = field(default_factory=set)
    disconnected: float | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a call."""
        return self.pid is not None and self.call is None and self.disconnected is None

    @property
    def deadline(self) -> float:
        """When its call must be stopped, infinite without a limit."""
        if self.call is None or self.call.limits.seconds is None:
            return float("inf")
        return self.assigned + self.call.limits.seconds

    def assign(self, call: PendingCall) -> None:
        """Record that it runs a call from now on."""
        self.call, self.assigned, self.peak_bytes = call, time.monotonic(), 0
        if self.stderr is not None:
            self.stderr.clear()

    def stderr_tail(self) -> str:
        """Return the end of its standard error since it got its call, "" for nothing."""
        return self.stderr.tail() if self.stderr is not None else ""

    def kill(self) -> None:
        """Kill it with everything that it started, and close its channel and pipe."""
        if self.pid is not None:
            kill_group(self.pid)
        if self.channel is not None:
            self.channel.close()
        if self.stderr is not None:
            with suppress(OSError):
                self.stderr.close()
