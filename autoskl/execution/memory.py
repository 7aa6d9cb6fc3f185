"""Private memory of processes: what would be freed if they ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

Measure = Callable[[int | str], int]

_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096


def resident_private(pid: int | str) -> int:
    """Return the resident bytes of a process without files and shared segments, 0 if it has ended.

    Fast (reads one small file of the kernel), but memory that a forked process still shares with
    its parent counts in full; see `exact_private`.

    Parameters
    ----------
    pid : int or "self"
    """
    try:
        _, resident, shared = (_PROC / str(pid) / "statm").read_bytes().split()[:3]
        return (int(resident) - int(shared)) * _PAGE_BYTES
    except FileNotFoundError:  # not Linux, or the process has ended
        return _by_psutil(pid)
    except (OSError, ValueError):  # it ended while being read
        return 0


def exact_private(pid: int | str) -> int:
    """Return the anonymous bytes of a process; shared ones are divided among those that share them.

    The sum over a process tree is what the tree uses. Takes a few milliseconds for each gigabyte.

    Parameters
    ----------
    pid : int or "self"
    """
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_bytes().splitlines()
    except OSError:
        return resident_private(pid)
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines[1:]}
    return sizes.get(b"Pss_Anon:", sizes.get(b"Private_Dirty:", 0))


def reset_peak() -> None:
    """Restart the measurement of `peak_private`."""
    with suppress(OSError):  # not Linux, or not allowed: the peak since the start remains
        (_PROC / "self/clear_refs").write_text("5")


def peak_private() -> int:
    """Return the peak of the private bytes of this process since `reset_peak`."""
    try:
        lines = (_PROC / "self/status").read_bytes().splitlines()
    except OSError:
        return resident_private("self")
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines if line[-3:] == b" kB"}
    if b"VmHWM:" not in sizes:
        return resident_private("self")
    return sizes[b"VmHWM:"] - sizes.get(b"RssFile:", 0) - sizes.get(b"RssShmem:", 0)


def format_bytes(n_bytes: float) -> str:
    """Return a size such as ``"1.5 GB"`` or ``"20 MB"``, in the units of ``memory_limit``.

    Examples
    --------
    >>> from autoskl.execution.memory import format_bytes
    >>> format_bytes(4 * 2**30)
    '4.0 GB'
    """
    if n_bytes >= 2**30:
        return f"{n_bytes / 2**30:.1f} GB"
    return f"{n_bytes / 2**20:.0f} MB"


def _by_psutil(pid: int | str) -> int:
    try:
        usage = psutil.Process(None if pid == "self" else int(pid)).memory_info()
    except psutil.Error:
        return 0
    return int(usage.rss) - int(getattr(usage, "shared", 0))
