"""A file that only ever grows at its end."""

from __future__ import annotations

import os
from pathlib import Path


class AppendOnlyFile:
    """A file open for appending, without a buffer: what `write` returned from outlives the process.

    A write that fails half-way (a full disk) leaves a part of its bytes at the end; what is written
    must show by itself where it is whole.

    Parameters
    ----------
    path : Path
        Made if it is not there.
    keep : int, default=None
        Bytes to keep from the start; all by default.

    Attributes
    ----------
    size : int
        Bytes so far, which is where the next ones go.

    Raises
    ------
    OSError
        When it cannot be opened.
    """

    def __init__(self, path: Path, keep: int | None = None) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        if keep is not None:
            os.ftruncate(self._descriptor, keep)
        self.size = os.lseek(self._descriptor, 0, os.SEEK_END)

    def write(self, data: bytes | memoryview) -> int:
        """Append bytes and return where they start.

        Raises
        ------
        OSError
            When not all of them could be written.
        """
        start, rest = self.size, memoryview(data)
        while len(rest):
            written = os.write(self._descriptor, rest)
            self.size += written
            rest = rest[written:]
        return start

    def close(self) -> None:
        """Close the file; calling it twice is fine."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
