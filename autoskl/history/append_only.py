"""A file that only grows."""

from __future__ import annotations

import os
from pathlib import Path


class AppendOnlyFile:
    """A file open for appending, unbuffered: data survives the process once `write` has returned.

    A write that fails half-way (a full disk) leaves part of its bytes at the end, so the format of
    the data must make incomplete records detectable.

    Parameters
    ----------
    path : Path
        Created if it does not exist.
    keep : int, default=None
        Bytes to keep at the start, truncating the rest; all by default.

    Attributes
    ----------
    size : int
        Size in bytes, which is the offset of the next write.

    Raises
    ------
    OSError
        When the file cannot be opened.
    """

    def __init__(self, path: Path, keep: int | None = None) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        if keep is not None:
            os.ftruncate(self._descriptor, keep)
        self.size = os.lseek(self._descriptor, 0, os.SEEK_END)

    def write(self, data: bytes | memoryview) -> int:
        """Append bytes and return their offset.

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
        """Close the file; may be called more than once."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
