"""Private memory of processes: what would be free if they ended."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

Measure = Callable[[int | str], int]

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGESIZE") if hasattr(os, "sysconf") else 4096


def resident_private(pid: int | str) -> int:
    """Return resident bytes of a process less those of files and shared segments; 0 if it is gone.

    Quick (one small file of the kernel), but memory that a forked process still shares with its
    parent counts in full; see `exact_private`.

    Parameters
    ----------
    pid : int or "self"
    """
    try:
        _, resident, shared = (_PROC / str(pid) / "statm").read_bytes().split()[:3]
        return (int(resident) - int(shared)) * _PAGE
    except FileNotFoundError:  # no Linux, or no such process any more
        return _by_psutil(pid)
    except (OSError, ValueError):  # it ended while being read
        return 0


def exact_private(pid: int | str) -> int:
    """Return anonymous bytes of a process, each divided by the processes that share it.

    The sum over a tree of processes is what the tree takes. Some milliseconds for each gigabyte.

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


def restart_peak() -> None:
    """Let `peak_private` of this process begin anew."""
    with suppress(OSError):  # not Linux, or not allowed: the peak of the whole life remains
        (_PROC / "self/clear_refs").write_text("5")


def peak_private() -> int:
    """Return the most private bytes that this process has had since `restart_peak`."""
    try:
        lines = (_PROC / "self/status").read_bytes().splitlines()
    except OSError:
        return resident_private("self")
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines if line[-3:] == b" kB"}
    if b"VmHWM:" not in sizes:
        return resident_private("self")
    return sizes[b"VmHWM:"] - sizes.get(b"RssFile:", 0) - sizes.get(b"RssShmem:", 0)


def _by_psutil(pid: int | str) -> int:
    try:
        usage = psutil.Process(None if pid == "self" else int(pid)).memory_info()
    except psutil.Error:
        return 0
    return int(usage.rss) - int(getattr(usage, "shared", 0))
