"""Helpers of tests that watch processes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

import psutil


def is_alive(pid: int) -> bool:
    """Whether a process runs; zombies do not."""
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def still_alive(pids: Iterable[int], seconds: float = 10.0) -> list[int]:
    """Return the processes that have not ended within some seconds; returns early if all have."""
    end = time.monotonic() + seconds
    left = [pid for pid in pids if is_alive(pid)]
    while left and time.monotonic() < end:
        time.sleep(0.01)
        left = [pid for pid in left if is_alive(pid)]
    return left


def descendants() -> set[int]:
    """Return the process ids of all descendants of this process."""
    return {p.pid for p in psutil.Process().children(recursive=True) if is_alive(p.pid)}
