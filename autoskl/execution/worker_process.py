"""A worker as the main process sees it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from autoskl.execution.channel import Channel
from autoskl.execution.endings import last_words
from autoskl.execution.executor import Limits
from autoskl.execution.pickling import Part
from autoskl.execution.process_settings import kill_group

_KEPT = 1 << 14
_TURN = 1 << 20


class ErrorOutput:
    """The reading end of the pipe that a process has as standard error; only the end is kept."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._kept = b""
        self.ended = False

    def fileno(self) -> int:
        """Return the descriptor, for selectors."""
        return self._descriptor

    def read(self) -> None:
        """Read what has been written, at most a megabyte at a time."""
        for _ in range(_TURN // _KEPT):
            try:
                data = os.read(self._descriptor, _KEPT)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.ended = True
                return
            self._kept = (self._kept + data)[-_KEPT:]

    def clear(self) -> None:
        """Forget what has been written so far."""
        self.read()
        self._kept = b""

    def words(self) -> str:
        """Return the end of what has been written, in words."""
        self.read()
        return last_words(self._kept)

    def close(self) -> None:
        """Close the pipe."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A call on its way."""

    ticket: int
    parts: Sequence[Part]
    limits: Limits


@dataclass(slots=True, eq=False)
class WorkerProcess:
    """State of one worker.

    Attributes
    ----------
    number : int
        Never used twice.
    channel : Channel or None
        None until a plainly started worker has connected.
    errors : ErrorOutput or None
    pid : int or None
        None until the worker has said that it is ready.
    launched : float
        Moment of the request to start it.
    inherited : int
        Private bytes at its start, shared with the template for the most part.
    unit : Unit or None
        What it runs now.
    since : float
        Moment at which it got the unit.
    peak : int
        Most private bytes seen during the unit.
    known : set of str
        Keys of the values for `MemoryHandle` that it has.
    ended : float or None
        Moment at which its connection ended.
    """

    number: int
    channel: Channel | None = None
    errors: ErrorOutput | None = None
    pid: int | None = None
    launched: float = field(default_factory=time.monotonic)
    inherited: int = 0
    unit: Unit | None = None
    since: float = 0.0
    peak: int = 0
    known: set[str] = field(default_factory=set)
    ended: float | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a unit."""
        return self.pid is not None and self.unit is None and self.ended is None

    @property
    def deadline(self) -> float:
        """Moment at which its unit must be stopped, infinite without one."""
        if self.unit is None or self.unit.limits.seconds is None:
            return float("inf")
        return self.since + self.unit.limits.seconds

    def begin(self, unit: Unit) -> None:
        """Note that it runs a unit from now on."""
        self.unit, self.since, self.peak = unit, time.monotonic(), 0
        if self.errors is not None:
            self.errors.clear()

    def words(self) -> str:
        """Return its last words, "" for none."""
        return self.errors.words() if self.errors is not None else ""

    def kill(self) -> None:
        """Kill it and what it started, and let go of it."""
        if self.pid is not None:
            kill_group(self.pid)
        if self.channel is not None:
            self.channel.close()
        if self.errors is not None:
            with suppress(OSError):
                self.errors.close()
