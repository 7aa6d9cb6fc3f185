"""A limit on the CPU time of a call, for measurements on machines that others use too."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager


class CpuTimeExceeded(BaseException):
    """The call used more CPU time than it was given.

    Not an `Exception`, so that code which catches those to go on does not swallow it.
    """


@contextmanager
def cpu_alarm(seconds: float) -> Iterator[None]:
    """Raise `CpuTimeExceeded` in the body once the process has used so much CPU time.

    It is raised between two instructions of Python; a call into C ends first. Where the system
    has no such timer, nothing is limited.

    Parameters
    ----------
    seconds : float
        CPU time of all threads of the process, from now on.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGPROF, _raise)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def processor_clock() -> Iterator[None]:
    """Let `time.monotonic` tell the CPU time of the process in the body.

    So what looks at the clock to stop by itself has the time that it would have on a machine of
    its own.
    """
    clock = time.monotonic
    time.monotonic = time.process_time
    try:
        yield
    finally:
        time.monotonic = clock


def _raise(number: int, frame: object) -> None:
    raise CpuTimeExceeded
