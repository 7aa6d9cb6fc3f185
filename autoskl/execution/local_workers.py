"""Runs calls in local worker processes, with hard limits on time and memory."""

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
from autoskl.execution.executor import UNLIMITED, Call, Executor, Handle, Limits, Outcome
from autoskl.execution.isolation import describe_exception
from autoskl.execution.launcher import PRELOAD, Launcher, WorkerEnvironment
from autoskl.execution.memory_watch import MemoryWatch
from autoskl.execution.pickling import Part, from_parts, to_parts
from autoskl.execution.plain_launcher import PlainLauncher
from autoskl.execution.private_folder import (
    PrivateFolder,
    is_shared_memory,
    parents_for_files,
    parents_for_sharing,
)
from autoskl.execution.resources import available_memory
from autoskl.execution.shared_data import FileHandle, forget_shared, keep_shared, write_shared
from autoskl.execution.supervisor import Finished, Supervisor
from autoskl.execution.template_launcher import TemplateLauncher
from autoskl.execution.worker_pool import WorkerPool
from autoskl.execution.worker_process import PendingCall

StartMethod = Literal["auto", "template", "plain"]

_MAX_SECONDS_TO_CLOSE = 0.5
_CLOSING_SECONDS = 0.08
"""On an idle machine."""

_WAKEUPS_TO_CLOSE = 5
"""Times that some process must be scheduled before all have ended; on a busy machine each waits."""


def can_start_workers() -> bool:
    """Whether it makes sense to try to start worker processes; a quick check, no guarantee."""
    executable = Path(sys.executable or "")
    return (
        sys.platform not in {"emscripten", "wasi"}
        and not getattr(sys, "frozen", False)  # that would run the user's program again
        and "py" in executable.stem.lower()  # an application that embeds Python may be named here
        and os.access(executable, os.X_OK)
    )


class LocalWorkers(Executor):
    """Worker processes that are killed at their limits and replaced when they die.

    The constructor returns at once; workers get ready in the background.

    Parameters
    ----------
    n_workers : int
    threads_per_worker : int, default=1
        Threads of BLAS and OpenMP in each worker.
    memory_limit : int or None, default=None
        Bytes of private memory for the main process and all workers together. Beyond it the worker
        that uses the most is killed.
    directory : Path or None, default=None
        Where private folders are created; None means the temporary folder and, for shared values,
        shared memory.
    start_method : {"auto", "template", "plain"}, default="auto"
        ``"template"`` (Linux) forks workers from a process that has imported the libraries;
        ``"plain"`` starts an interpreter for each.
    preload : sequence of str
        Modules that workers import before the first call; missing ones are ignored.
    preload_in_workers : bool, default=False
        Whether each worker imports them itself, instead of the template process for all workers.
        With one worker that takes less memory, but its replacement needs seconds to start.
    save_memory : bool, default=False
        Whether to save memory rather than time. Shared values are preferably written to a disk
        instead of shared memory, so that workers can release what they have read (see
        `autoskl.core.mapped_pages`), and workers return large freed blocks to the system at once.

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
        preload_in_workers: bool = False,
        save_memory: bool = False,
    ) -> None:
        if not can_start_workers():
            raise ExecutionError(
                f"Worker processes cannot be started by {sys.executable!r}. "
                "Calls can run in the main process, but without hard limits."
            )
        self.slots = n_workers
        self._parent = directory
        self._save_memory = save_memory
        self._owner = os.getpid()
        self._n_tickets = 0
        self._pending: set[int] = set()
        self._unsent: list[Finished] = []
        self._folders: list[PrivateFolder] = []
        self._keys: list[str] = []
        self.directory = self._make_folder(self._parents())
        environment = WorkerEnvironment(
            threads_per_worker, self.directory, tuple(preload), preload_in_workers, save_memory
        )
        self._launcher = _make_launcher(start_method, environment)
        self._supervisor = self._supervise(WorkerPool(self._launcher, n_workers), memory_limit)
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
        """Write the arrays of a value to a file that all workers map read-only.

        The handle works in this process, too, so that the original can be freed. Where no folder
        has room, the value is sent to each worker once.
        """
        self._check_usable()
        parts = to_parts(value)
        n_bytes = sum(memoryview(part).nbytes for part in parts)
        for parent in self._parents(n_bytes):
            handle = self._write(parts, parent)
            if handle is not None:
                if is_shared_memory(parent):
                    self._supervisor.add_shared_memory(n_bytes)
                self._keys.append(handle.key)
                return handle
        # Copies, so that later changes of the original do not reach some of the workers.
        copies = [bytes(part) for part in parts]
        memory_handle = keep_shared(copies)
        self._keys.append(memory_handle.key)
        self._supervisor.share(memory_handle.key, copies)
        return memory_handle

    def submit(self, call: Call, limits: Limits = UNLIMITED) -> int:
        """Queue a call; if it cannot be pickled, its outcome is ``RAISED``."""
        self._check_usable()
        ticket = self._n_tickets
        self._n_tickets += 1
        self._pending.add(ticket)
        try:
            self._supervisor.submit(PendingCall(ticket, to_parts(call), limits))
        except Exception as error:
            reason = f"the call cannot be sent to a worker: {describe_exception(error)}"
            self._unsent.append((ticket, Outcome(Status.RAISED, None, reason), ()))
        return ticket

    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        """Return new tickets and outcomes, as soon as there are any."""
        if not self._pending:
            return []
        self._check_usable()
        finished, self._unsent = self._unsent, []
        finished += self._supervisor.collect(0 if finished else timeout)
        outcomes = [(ticket, _with_value(outcome, parts)) for ticket, outcome, parts in finished]
        self._pending.difference_update(ticket for ticket, _ in outcomes)
        return outcomes

    @property
    def pending(self) -> int:
        """Number of tickets whose outcome has not been returned yet."""
        return len(self._pending)

    @property
    def closing_seconds(self) -> float:
        """Estimate of the seconds that `close` would take, by how busy this machine is."""
        return _CLOSING_SECONDS + _WAKEUPS_TO_CLOSE * self._supervisor.wakeup_delay

    def retire(self) -> None:
        """Kill all workers in the background; calls that still run are lost."""
        self._supervisor.retire()

    def close(self) -> None:
        """Kill all workers and remove all files; calls that still run are lost."""
        self._finalizer()
        self._pending.clear()
        self._unsent.clear()

    def _supervise(self, pool: WorkerPool, memory_limit: int | None) -> Supervisor:
        try:
            return Supervisor(pool, MemoryWatch(memory_limit))
        except RuntimeError as error:  # the limit of threads is reached
            pool.close()
            for folder in self._folders:
                folder.remove()
            raise ExecutionError(
                f"Worker processes cannot be supervised: {error}. Raise the limit of processes and "
                "threads. Calls can run in the main process, but without hard limits."
            ) from error

    def _check_usable(self) -> None:
        if os.getpid() != self._owner:
            raise ExecutionError(
                "These workers belong to the process that started them, not to its fork. "
                "Create new ones here."
            )
        if not self._finalizer.alive:
            raise ExecutionError("These workers have been closed. Create new ones.")

    def _parents(self, n_bytes: int | None = None) -> list[Path]:
        """Folders for ``n_bytes`` of shared data, or for the files that calls write if None."""
        if self._parent is not None:
            return [self._parent]
        if n_bytes is None:
            return parents_for_files()
        memory_left = available_memory()
        return parents_for_sharing(n_bytes, memory_left, prefer_disk=self._save_memory)

    def _make_folder(self, parents: Sequence[Path]) -> Path | None:
        for parent in parents:
            with suppress(OSError):  # not writable: try the next one; None works, too
                folder = PrivateFolder(parent)
                self._folders.append(folder)
                return folder.path
        return None

    def _write(self, parts: Sequence[Part], parent: Path) -> FileHandle | None:
        """Write parts below a parent and return their handle, None when that fails."""
        folders = [f.path for f in self._folders if f.path.parent == parent]
        if not folders:
            folder = self._make_folder([parent])
            if folder is None:
                return None
            self._launcher.remove_on_exit(folder)
            folders = [folder]
        try:
            return write_shared(parts, folders[0])
        except OSError:  # the disk is full
            return None


def _make_launcher(start_method: StartMethod, environment: WorkerEnvironment) -> Launcher:
    if start_method == "template" or (start_method == "auto" and sys.platform == "linux"):
        return TemplateLauncher(environment)
    return PlainLauncher(environment)


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
    """Close an executor, unless this process is a fork of its owner."""
    if os.getpid() != owner:
        return
    try:
        supervisor.stop(_MAX_SECONDS_TO_CLOSE)
    finally:  # Ctrl-C may be pressed again while it stops
        for key in keys:
            forget_shared(key)
        for folder in folders:
            folder.remove()
