"""The contract of what starts worker processes, and what two ways of doing so share."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from selectors import BaseSelector

from autoskl.execution.channel import Channel
from autoskl.execution.threads import thread_environment
from autoskl.execution.worker_process import WorkerProcess

# What nearly every unit imports; `LocalWorkers` takes further names.
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


@dataclass(frozen=True, slots=True)
class Connected:
    """A worker has connected."""

    number: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class Exited:
    """A worker has ended; the code is negative for signals."""

    number: int
    code: int


@dataclass(frozen=True, slots=True)
class NotStarted:
    """A worker could not be started."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The launcher itself has failed and all workers with it; it can be started again."""

    reason: str


Event = Connected | Exited | NotStarted | Lost


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a new process is given.

    Attributes
    ----------
    threads : int
        Threads of native libraries.
    folder : Path or None
        Where it puts temporary files.
    preload : sequence of str
        Modules to import before the first call.
    lean : bool
        Whether each worker imports them by itself, even where a template could do it once for all.
    """

    threads: int = 1
    folder: Path | None = None
    preload: Sequence[str] = PRELOAD
    lean: bool = False
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return the environment variables."""
        try:
            # An empty entry of sys.path means the folder in which the user is now.
            path = [os.path.abspath(entry) for entry in sys.path]
        except FileNotFoundError:  # it was deleted, so that nothing can be imported from there
            path = [entry for entry in sys.path if os.path.isabs(entry)]
        python = {"PYTHONHASHSEED": "0", **os.environ, "PYTHONPATH": os.pathsep.join(path)}
        environment = python | thread_environment(self.threads)
        if self.folder is not None:
            environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.folder))
        return environment | self.extra


def command(module: str, settings: str) -> list[str]:
    """Return the command that runs a module of ours in a fresh interpreter.

    ``-P`` keeps the folder in which the user is out of ``sys.path``: a ``random.py`` there would
    otherwise replace Python's own. Warnings, which the user may have made errors, concern calls
    only.
    """
    return [sys.executable, "-P", "-W", "ignore", "-m", module, settings]


class Launcher(ABC):
    """Starts worker processes and tells how they ended; never blocks."""

    @abstractmethod
    def start(self, selector: BaseSelector) -> None:
        """Begin, or begin again after `Lost`; register what to watch, with None as data.

        Raises
        ------
        OSError
            When not even the first process can be started.
        """

    @abstractmethod
    def launch(self, number: int) -> WorkerProcess:
        """Ask for a worker.

        Raises
        ------
        OSError
            When the system lacks something for it now.
        """

    @abstractmethod
    def poll(self) -> list[Event]:
        """Return what has happened since the last call."""

    @abstractmethod
    def give_up(self, worker: WorkerProcess) -> None:
        """End a worker that did not get ready."""

    @abstractmethod
    def remove_later(self, folder: Path) -> None:
        """Have a folder removed even if this process is killed, where that can be had."""

    @abstractmethod
    def close(self) -> None:
        """Begin to end everything."""

    @abstractmethod
    def join(self, seconds: float) -> None:
        """Wait until everything has ended, and hurry what has not after so many seconds."""

    @property
    @abstractmethod
    def pids(self) -> list[int]:
        """Processes of the launcher itself, whose memory counts."""
