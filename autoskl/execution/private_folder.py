"""Temporary folders for a single owner, removed even if the owner is killed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "autoskl-"
_LOCK = "owner"
_LOKY_WORKER = "LokyProcess"
_SHARED_MEMORY = Path("/dev/shm")
_SECONDS_TO_LOCK = 60.0
"""Younger folders may belong to a process that has not locked them yet."""


class PrivateFolder:
    """A new folder, locked while its owner is alive.

    Folders whose owner was killed before it could remove them are removed when the next one is
    created beside them.

    Parameters
    ----------
    parent : Path
        Where to create it.

    Attributes
    ----------
    path : Path

    Raises
    ------
    OSError
        When the parent is not writable.
    """

    def __init__(self, parent: Path) -> None:
        _remove_stale(parent)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        self._lock: int | None = None
        try:
            self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
            _try_lock(self._lock)
        except OSError:
            self.remove()
            raise
        _notify_tracker("register", self.path)

    def remove(self) -> None:
        """Remove the folder and its contents; may be called twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            _notify_tracker("unregister", self.path)


def parents_for_files() -> list[Path]:
    """Return folders for files of unknown size: on disk rather than in shared memory."""
    return [*_temporary(), *_shared_memory()]


def parents_for_sharing(n_bytes: int, memory_left: int, *, prefer_disk: bool = False) -> list[Path]:
    """Return folders with room for a file that several processes read.

    Files in shared memory are quick, but their pages count as memory even while no process reads
    them. One that would take half of the memory that is left must be on disk.

    Parameters
    ----------
    n_bytes : int
    memory_left : int
        Bytes that can still be allocated.
    prefer_disk : bool, default=False
        Whether a disk comes first.
    """
    quick = _shared_memory() if 2 * n_bytes < memory_left else []
    parents = [*_temporary(), *quick] if prefer_disk else [*quick, *_temporary()]
    return [parent for parent in parents if _has_room(parent, n_bytes)]


def is_shared_memory(parent: Path) -> bool:
    """Whether files in a folder use memory instead of disk."""
    return parent == _SHARED_MEMORY


def _shared_memory() -> list[Path]:
    return [_SHARED_MEMORY] if _SHARED_MEMORY.is_dir() else []


def _temporary() -> list[Path]:
    try:
        folder = tempfile.gettempdir()
    except OSError:  # none is writable
        return []
    # The last resort of `tempfile` is the current directory, which is not ours to write to.
    known = {os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")}
    usual = known | {"/tmp", "/var/tmp", "/usr/tmp"}
    return [Path(folder)] if folder in usual or not _is_current(folder) else []


def _is_current(folder: str) -> bool:
    try:
        return folder == os.getcwd()
    except FileNotFoundError:  # the current directory was deleted
        return False


def _has_room(parent: Path, n_bytes: int) -> bool:
    try:
        return shutil.disk_usage(parent).free > 1.25 * n_bytes + (1 << 24)
    except OSError:
        return False


def _remove_stale(parent: Path) -> None:
    if os.name != "posix":
        return
    oldest = time.time() - _SECONDS_TO_LOCK
    for path in parent.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(path / _LOCK, os.O_RDWR)
        except OSError:  # belongs to another user, or is not ours
            continue
        try:
            if path.stat().st_mtime < oldest and _try_lock(lock):
                shutil.rmtree(path, ignore_errors=True)
        except OSError:  # another process has removed it in the meantime
            continue
        finally:
            os.close(lock)


def _notify_tracker(method: str, path: Path) -> None:
    """Have joblib's resource tracker remove the folder if it is left over.

    When a parallel call is stopped, joblib kills its workers and all their children, so that no
    process of ours is left to do it.
    """
    if not multiprocessing.current_process().name.startswith(_LOKY_WORKER):
        return
    from joblib.externals.loky.backend import resource_tracker

    getattr(resource_tracker, method)(str(path), "folder")


def _try_lock(descriptor: int) -> bool:
    """Lock a file until it is closed; False if another process has locked it.

    Unlike a process id, a lock has the same meaning in every container.
    """
    if os.name != "posix":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
