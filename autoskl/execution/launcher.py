"""The interface of what starts worker processes, and what its implementations share."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from selectors import BaseSelector

from autoskl.execution.channel import Channel
from autoskl.execution.threads import thread_environment
from autoskl.execution.worker_process import WorkerProcess

PRELOAD = (
    "lightgbm",
    "scipy.sparse",
    "sklearn.compose",
    "sklearn.ensemble",
    "sklearn.impute",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.neighbors",
    "sklearn.pipeline",
    "sklearn.preprocessing",
)
"""Modules that nearly every call imports; `LocalWorkers` takes further names."""


_RETURN_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20), "MALLOC_TRIM_THRESHOLD_": str(1 << 20)}
"""Blocks of a MiB and more get their own mapping in the GNU C library. Without fixed thresholds, it
raises them when such a block is freed, and then keeps what fits fragment."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A worker has connected."""

    number: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class Exited:
    """A worker has exited; the code is negative for signals."""

    number: int
    code: int


@dataclass(frozen=True, slots=True)
class StartFailed:
    """A worker could not be started."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class LauncherDied:
    """The launcher itself has failed, and all workers with it; it can be started again."""

    reason: str


LauncherEvent = Connected | Exited | StartFailed | LauncherDied


@dataclass(frozen=True, slots=True)
class WorkerEnvironment:
    """What a new worker process is started with.

    Attributes
    ----------
    threads : int
        Threads of native libraries.
    folder : Path or None
        Where it puts temporary files.
    preload : sequence of str
        Modules to import before the first call.
    preload_in_workers : bool
        Whether each worker imports them itself, even where a template process could do so once for
        all workers.
    save_memory : bool
        Whether large freed blocks go back to the system at once.
    """

    threads: int = 1
    folder: Path | None = None
    preload: Sequence[str] = PRELOAD
    preload_in_workers: bool = False
    save_memory: bool = False

    def variables(self) -> dict[str, str]:
        """Return the environment variables."""
        try:
            # An empty entry of sys.path means the current directory.
            path = [os.path.abspath(entry) for entry in sys.path]
        except FileNotFoundError:  # it was deleted, so that nothing can be imported from there
            path = [entry for entry in sys.path if os.path.isabs(entry)]
        python = {"PYTHONHASHSEED": "0", **os.environ, "PYTHONPATH": os.pathsep.join(path)}
        variables = python | thread_environment(self.threads)
        if self.save_memory:
            variables |= _RETURN_MEMORY
        if self.folder is not None:
            variables |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.folder))
        return variables


def command(module: str, settings: str) -> list[str]:
    """Return the command that runs one of our modules in a fresh interpreter.

    ``-P`` keeps the current directory out of ``sys.path``: a ``random.py`` there would otherwise
    shadow the standard library's. ``-W ignore`` since the user may have turned warnings into
    errors; calls collect theirs anyway.
    """
    return [sys.executable, "-P", "-W", "ignore", "-m", module, settings]


class Launcher(ABC):
    """Starts worker processes and reports how they ended; never blocks."""

    @abstractmethod
    def start(self, selector: BaseSelector) -> None:
        """Start, or start again after `LauncherDied`; register what to watch, with None as data.

        Raises
        ------
        OSError
            When not even the first process can be started.
        """

    @abstractmethod
    def launch(self, number: int) -> WorkerProcess:
        """Request a worker.

        Raises
        ------
        OSError
            When the system lacks a resource for it now.
        """

    @abstractmethod
    def poll(self) -> list[LauncherEvent]:
        """Return the events since the last call."""

    @abstractmethod
    def abort_start(self, worker: WorkerProcess) -> None:
        """Kill a worker that does not get ready; `poll` then reports its end."""

    @abstractmethod
    def remove_on_exit(self, folder: Path) -> None:
        """Have a folder removed even if this process is killed, where that is possible."""

    @abstractmethod
    def close(self) -> None:
        """Start to end all processes."""

    @abstractmethod
    def join(self, seconds: float) -> None:
        """Wait until all processes have ended; kill those left after so many seconds."""

    @property
    @abstractmethod
    def pids(self) -> list[int]:
        """Processes of the launcher itself, whose memory counts."""
