"""Kills processes of a fit while it runs."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

Victims = Callable[[], list[int]]


def templates() -> list[int]:
    """Return the processes that start the workers of this process."""
    return [
        p.pid
        for p in psutil.Process().children()
        if "autoskl.execution.template" in _command_line(p)
    ]


def workers() -> list[int]:
    """Return the workers of this process."""
    found = []
    for pid in templates():
        with suppress(psutil.NoSuchProcess):
            found += [child.pid for child in psutil.Process(pid).children()]
    return found


def everything() -> list[int]:
    """Return both workers and templates."""
    return workers() + templates()


@contextmanager
def killing(victims: Victims, times: int | None) -> Iterator[list[int]]:
    """Kill all victims repeatedly; without end if ``times`` is None.

    Yields
    ------
    list of int
        Process ids of the killed processes.
    """
    killed: list[int] = []
    ended = threading.Event()

    def kill() -> None:
        rounds = 0
        while not ended.wait(0.05) and (times is None or rounds < times):
            fresh = [pid for pid in victims() if pid not in killed]
            for pid in fresh:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed.extend(fresh)
            rounds += bool(fresh)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        ended.set()
        thread.join()


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:  # it has ended
        return []
