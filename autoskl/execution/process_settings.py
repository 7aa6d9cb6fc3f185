"""Operating-system settings of our processes; without effect where the system lacks them."""

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
    """Have this process killed when its parent dies; exit now if it is an orphan already.

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
    """Make this process a subreaper: descendants whose parent dies become its children."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def configure_worker() -> None:
    """Prepare a process that may crash: it ignores Ctrl-C, writes no core file, is killed first.

    Ctrl-C is handled by the main process. When memory runs out, the kernel should choose a worker
    rather than the user's process.
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


def child_pids(pid: int | str = "self") -> list[int]:
    """Return the children of a process; empty where the kernel does not list them."""
    pids: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{task}/children").read_text()
            pids += [int(word) for word in text.split()]
    return pids


def kill_group(pid: int) -> None:
    """Kill a process and the process group that it leads; it may have ended already."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    with suppress(OSError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
