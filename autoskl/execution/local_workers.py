"""Runs calls in worker processes of this machine, with limits that nothing can evade."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from autoskl.core.errors import ExecutionError
from autoskl.core.result import Status
from autoskl.execution.crew import Crew
from autoskl.execution.executor import UNLIMITED, Call, Executor, Handle, Limits, Outcome
from autoskl.execution.isolation import describe_exception
from autoskl.execution.launcher import PRELOAD, Launcher, Surroundings
from autoskl.execution.memory_watch import MemoryWatch
from autoskl.execution.pickling import Part, from_parts, to_parts
from autoskl.execution.plain_launcher import PlainLauncher
from autoskl.execution.private_folder import (
    PrivateFolder,
    is_memory,
    parents_for_files,
    parents_for_sharing,
)
from autoskl.execution.resources import available_memory
from autoskl.execution.shared_data import FileHandle, forget_shared, keep_shared, write_shared
from autoskl.execution.supervisor import Finished, Supervisor
from autoskl.execution.template_launcher import TemplateLauncher
from autoskl.execution.worker_process import Unit

StartMethod = Literal["auto", "template", "plain"]

_SECONDS_TO_CLOSE = 0.5
# On an idle machine; on a busy one each of the processes that take part waits for its turn.
_CLOSING_SECONDS = 0.08
_WAKES_TO_CLOSE = 5


def can_start_workers() -> bool:
    """Whether it is worth trying to start worker processes; quick, and no promise."""
    executable = Path(sys.executable or "")
    return (
        sys.platform not in {"emscripten", "wasi"}
        and not getattr(sys, "frozen", False)  # that would start the user's program again
        and "py" in executable.stem.lower()  # an application that embeds Python may name itself
        and os.access(executable, os.X_OK)
    )


class LocalWorkers(Executor):
    """Worker processes that are killed at a limit and replaced when they are lost.

    The constructor returns at once; workers get ready in the background.

    Parameters
    ----------
    n_workers : int
    threads_per_worker : int, default=1
        Threads of BLAS and OpenMP in each worker.
    memory_limit : int or None, default=None
        Bytes of private memory for the main process and all workers together. Beyond it the worker
        that uses the most is stopped.
    directory : Path or None, default=None
        Where private folders are made; None means the temporary folder and, for shared values,
        shared memory.
    start_method : {"auto", "template", "plain"}, default="auto"
        ``"template"`` (Linux) forks workers from a process that has the libraries imported;
        ``"plain"`` starts an interpreter for each.
    preload : sequence of str
        Modules that workers import before the first call; missing ones are passed over.
    lean : bool, default=False
        Whether each worker imports them by itself, and not the template for all. With one worker
        that takes less memory; after a kill the next one is ready in seconds instead of at once.

    Raises
    ------
    ExecutionError
        When no process can be started here; see `can_start_workers`.

    Examples
    --------
    >>> from autoskl.execution.local_workers import LocalWorkers
    >>> from autoskl.execution.executor import Limits
    >>> with LocalWorkers(2, preload=()) as executor:
    ...     ticket = executor.submit(lambda: 6 * 7, Limits(seconds=60))
    ...     [(same, outcome)] = executor.wait()
    >>> outcome.value, same == ticket
    (42, True)
    """

    def __init__(
        self,
        n_workers: int,
        threads_per_worker: int = 1,
        memory_limit: int | None = None,
        directory: Path | None = None,
        *,
        start_method: StartMethod = "auto",
        preload: Sequence[str] = PRELOAD,
        lean: bool = False,
    ) -> None:
        if not can_start_workers():
            raise ExecutionError(
                f"Worker processes cannot be started by {sys.executable!r}. "
                "Calls can run in the main process, but without hard limits."
            )
        self.slots = n_workers
        self._parent = directory
        self._owner = os.getpid()
        self._tickets = 0
        self._unreturned: set[int] = set()
        self._refused: list[Finished] = []
        self._folders: list[PrivateFolder] = []
        self._keys: list[str] = []
        self.directory = self._make_folder(self._parents())
        surroundings = Surroundings(threads_per_worker, self.directory, tuple(preload), lean)
        self._launcher = _launcher(start_method, surroundings)
        crew = Crew(self._launcher, n_workers)
        self._supervisor = Supervisor(crew, MemoryWatch(memory_limit))
        self._finalizer = weakref.finalize(
            self, _close, self._owner, self._supervisor, self._folders, self._keys
        )

    @property
    def ready(self) -> bool:
        """Whether a worker has started, so that a call submitted now begins at once."""
        return self._supervisor.is_ready

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until a worker has started; False after ``timeout`` seconds.

        Raises
        ------
        ExecutionError
            When workers cannot be started.
        """
        return self._supervisor.wait_ready(timeout)

    def share(self, value: Any) -> Handle:
        """Write a value's arrays once to files that all workers map read-only.

        The handle works in this process, too, so that the original can be let go. Where no folder
        has room, the value is sent to each worker once.
        """
        self._check_usable()
        parts = to_parts(value)
        n_bytes = sum(memoryview(part).nbytes for part in parts)
        for parent in self._parents(n_bytes):
            handle = self._write(parts, parent)
            if handle is not None:
                if is_memory(parent):
                    self._supervisor.hold(n_bytes)
                self._keys.append(handle.key)
                return handle
        # Later changes of the original must not reach some workers only.
        copies = [bytes(part) for part in parts]
        kept = keep_shared(copies)
        self._keys.append(kept.key)
        self._supervisor.share(kept.key, copies)
        return kept

    def submit(self, call: Call, limits: Limits = UNLIMITED) -> int:
        """Queue a call; one that cannot be pickled comes back as ``RAISED``."""
        self._check_usable()
        ticket = self._tickets
        self._tickets += 1
        self._unreturned.add(ticket)
        try:
            self._supervisor.submit(Unit(ticket, to_parts(call), limits))
        except Exception as error:
            reason = f"the call cannot be sent to a worker: {describe_exception(error)}"
            self._refused.append((ticket, Outcome(Status.RAISED, None, reason), ()))
        return ticket

    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        """Return tickets and outcomes that are new, as soon as there is one."""
        if not self._unreturned:
            return []
        self._check_usable()
        finished, self._refused = self._refused, []
        finished += self._supervisor.collect(0 if finished else timeout)
        outcomes = [(ticket, _with_value(outcome, parts)) for ticket, outcome, parts in finished]
        self._unreturned.difference_update(ticket for ticket, _ in outcomes)
        return outcomes

    @property
    def pending(self) -> int:
        """Number of tickets whose outcome has not been returned yet."""
        return len(self._unreturned)

    @property
    def closing_seconds(self) -> float:
        """Seconds that `close` would take now, by how late this machine wakes processes up."""
        return _CLOSING_SECONDS + _WAKES_TO_CLOSE * self._supervisor.lateness

    def retire(self) -> None:
        """Kill all workers, in the background; calls that still run are lost."""
        self._supervisor.retire()

    def close(self) -> None:
        """Kill all workers and remove all files; calls that still run are lost."""
        self._finalizer()
        self._unreturned.clear()
        self._refused.clear()

    def _check_usable(self) -> None:
        if os.getpid() != self._owner:
            raise ExecutionError(
                "These workers belong to the process that started them, not to its fork. "
                "Make new ones here."
            )
        if not self._finalizer.alive:
            raise ExecutionError("These workers have been closed. Make new ones.")

    def _parents(self, n_bytes: int | None = None) -> list[Path]:
        """Folders to write in: so many bytes to be shared, or whatever calls write."""
        if self._parent is not None:
            return [self._parent]
        if n_bytes is None:
            return parents_for_files()
        return parents_for_sharing(n_bytes, available_memory())

    def _make_folder(self, parents: Sequence[Path]) -> Path | None:
        for parent in parents:
            with suppress(OSError):  # not writable: the next one, or none, which works as well
                folder = PrivateFolder(parent)
                self._folders.append(folder)
                return folder.path
        return None

    def _write(self, parts: Sequence[Part], parent: Path) -> FileHandle | None:
        """Return a handle of parts written below a parent, None when that fails."""
        folders = [f.path for f in self._folders if f.path.parent == parent]
        if not folders:
            made = self._make_folder([parent])
            if made is None:
                return None
            self._launcher.remove_later(made)
            folders = [made]
        try:
            return write_shared(parts, folders[0])
        except OSError:  # the disk is full
            return None


def _launcher(start_method: StartMethod, surroundings: Surroundings) -> Launcher:
    if start_method == "template" or (start_method == "auto" and sys.platform == "linux"):
        return TemplateLauncher(surroundings)
    return PlainLauncher(surroundings)


def _with_value(outcome: Outcome, parts: Sequence[Part]) -> Outcome:
    if not outcome.ok:
        return outcome
    try:
        return replace(outcome, value=from_parts(parts))
    except Exception as error:
        reason = f"the result cannot be read: {describe_exception(error)}"
        return replace(outcome, status=Status.RAISED, reason=reason)


def _close(
    owner: int, supervisor: Supervisor, folders: list[PrivateFolder], keys: list[str]
) -> None:
    """Close an executor, unless this is a fork of the process that owns it."""
    if os.getpid() != owner:
        return
    try:
        supervisor.stop(_SECONDS_TO_CLOSE)
    finally:  # a second Ctrl-C may come while it stops
        for key in keys:
            forget_shared(key)
        for folder in folders:
            folder.remove()
