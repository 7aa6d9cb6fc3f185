"""Puts on the disk what was written, every few seconds and beside the work.

What a process has written outlives it. A machine that loses its power also loses what the system
had not put on the disk yet, which without this may be the last half minute.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autoskl.core.clock import Clock, monotonic

_SECONDS = 5.0
_LAST_SECONDS = 0.2
"""What the end of a run waits for the disk at most."""


class DiskSync:
    """Files that are to reach the disk in the order given, within seconds of being written.

    A slow disk holds nothing up: a thread waits for it, and there is never more than one.

    Parameters
    ----------
    paths : sequence of Path
        What refers to others comes after them.
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
        """Let a file that was written once go to the disk before the others."""
        self._noted.append(path)

    def tick(self) -> None:
        """Take in that something was written; sync unless that was only just or still goes on."""
        self._is_dirty = True
        if self._clock() - self._synced >= _SECONDS and not self._is_busy:
            self._begin()

    def close(self) -> None:
        """Sync what is left; a disk that takes long goes on by itself."""
        if self._is_dirty and not self._is_busy:
            self._begin()
        if self._thread is not None:
            self._thread.join(_LAST_SECONDS)

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
        # A file that is gone by now, or a file system without this, is no worse off than before.
        with suppress(OSError), path.open("rb") as file:
            os.fsync(file.fileno())
