"""Flushes written files to disk every few seconds, in the background.

Written data survives the process, but a power failure also loses what the operating system has not
flushed to disk yet, which may otherwise be the last half minute.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autoskl.core.clock import Clock, monotonic

_INTERVAL_SECONDS = 5.0
_MAX_CLOSING_SECONDS = 0.2
"""How long the end of a run waits for the disk at most."""


class DiskSync:
    """Syncs files to disk in the order given, within seconds of their being written.

    A slow disk does not block the search: a thread waits for it, and at most one is running.

    Parameters
    ----------
    paths : sequence of Path
        Files that refer to others come after them.
    clock : Clock, default=time.monotonic
    """

    def __init__(self, paths: Sequence[Path], clock: Clock = monotonic) -> None:
        self._paths = list(paths)
        self._clock = clock
        self._synced = clock()
        self._noted: list[Path] = []
        self._is_dirty = False
        self._thread: threading.Thread | None = None

    def note(self, path: Path) -> None:
        """Sync a file that is written only once, before the others."""
        self._noted.append(path)

    def tick(self) -> None:
        """Note that something was written; sync unless a sync is recent or still running."""
        self._is_dirty = True
        if self._clock() - self._synced >= _INTERVAL_SECONDS and not self._is_busy:
            self._begin()

    def close(self) -> None:
        """Sync what is left, without waiting for a slow disk to finish."""
        if self._is_dirty and not self._is_busy:
            self._begin()
        if self._thread is not None:
            self._thread.join(_MAX_CLOSING_SECONDS)

    @property
    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _begin(self) -> None:
        self._synced, self._is_dirty = self._clock(), False
        paths, self._noted = [*self._noted, *self._paths], []
        self._thread = threading.Thread(target=_sync, args=(paths,), name="autoskl disk sync")
        self._thread.start()


def _sync(paths: Sequence[Path]) -> None:
    for path in paths:
        # Ignore a deleted file, or a file system that does not support fsync.
        with suppress(OSError), path.open("rb") as file:
            os.fsync(file.fileno())
