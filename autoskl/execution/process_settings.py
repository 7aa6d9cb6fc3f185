"""What our own processes ask of the operating system, as far as it has such a thing."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent dies; end it now if it is an orphan already.

    Parameters
    ----------
    parent : int
        Process id of the parent.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def adopt_orphans() -> None:
    """Make descendants whose parent dies children of this process, so that none gets away."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def behave_as_worker() -> None:
    """Set up a process that may crash: quietly, without a core file, and before the user's process.

    Ctrl-C is the main process's business. When memory runs out, the kernel shall pick a worker.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable(all_threads=False)
    if os.name == "posix":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(
                resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1])
            )
    with suppress(OSError):  # not Linux, or not allowed in this container
        Path("/proc/self/oom_score_adj").write_text("500")


def return_freed_memory() -> None:
    """Give memory that was freed, but that the C library keeps, back to the operating system."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def children(pid: int | str = "self") -> list[int]:
    """Return the children of a process; empty where the kernel does not tell."""
    found: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{task}/children").read_text()
            found += [int(word) for word in text.split()]
    return found


def kill_group(pid: int) -> None:
    """Kill a process that leads a group, with everything in the group; fine if it is gone."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    with suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
