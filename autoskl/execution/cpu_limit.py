"""A limit on the CPU time of a block, for measurements on machines that others use too."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class CpuTimeExceeded(BaseException):
    """The block has used up its CPU time.

    Not an `Exception`, so that ``except Exception`` in the block does not swallow it.
    """


@contextmanager
def cpu_time_limit(seconds: float) -> Iterator[None]:
    """Raise `CpuTimeExceeded` in the block once the process has used its CPU time.

    It is raised between two Python instructions; a call into C ends first. Where the system has no
    such timer, nothing is limited.

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


def _raise(number: int, frame: object) -> None:
    raise CpuTimeExceeded
