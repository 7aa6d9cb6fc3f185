"""Values that all workers read without a copy of their own."""

from __future__ import annotations

import mmap
import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoskl.execution.pickling import Part, from_parts

_ALIGNMENT = 64
_COUNT = struct.Struct("<Q")

_loaded: dict[str, Any] = {}
"""Values that this process has loaded."""

_received: dict[str, Sequence[Part]] = {}
"""Values that were sent to this process but not loaded yet."""


@dataclass(frozen=True, slots=True)
class FileHandle:
    """A value whose arrays each process maps from a file, read-only.

    Attributes
    ----------
    key : str
    path : Path
    """

    key: str
    path: Path

    def load(self) -> Any:
        """Return the value; its arrays are read-only."""
        if self.key not in _loaded:
            _loaded[self.key] = from_parts(_map_parts(self.path))
        return _loaded[self.key]


@dataclass(frozen=True, slots=True)
class MemoryHandle:
    """A value that is sent to each worker once, where no folder is writable.

    Attributes
    ----------
    key : str
    """

    key: str

    def load(self) -> Any:
        """Return the value; its arrays are read-only."""
        if self.key not in _loaded:
            parts = [memoryview(part).toreadonly() for part in _received.pop(self.key)]
            _loaded[self.key] = from_parts(parts)
        return _loaded[self.key]


def write_shared(parts: Sequence[Part], folder: Path) -> FileHandle:
    """Write the parts of a pickled value to a file and return its handle.

    Parameters
    ----------
    parts : sequence of bytes and memoryview
        From `to_parts`.
    folder : Path

    Raises
    ------
    OSError
        When the file cannot be written, for example because the disk is full.
    """
    handle = FileHandle(uuid.uuid4().hex, folder / uuid.uuid4().hex)
    lengths = [memoryview(part).nbytes for part in parts]
    with open(handle.path, "wb") as file:
        file.write(_COUNT.pack(len(parts)))
        file.write(b"".join(_COUNT.pack(length) for length in lengths))
        for part in parts:
            file.write(bytes(-file.tell() % _ALIGNMENT))
            file.write(part)
    return handle


def keep_shared(parts: Sequence[Part]) -> MemoryHandle:
    """Keep the parts of a pickled value in this process and return a handle to them."""
    handle = MemoryHandle(uuid.uuid4().hex)
    receive_shared(handle.key, parts)
    return handle


def receive_shared(key: str, parts: Sequence[Part]) -> None:
    """Store the parts of a value for the `MemoryHandle` with this key."""
    _received[key] = parts


def forget_shared(key: str) -> None:
    """Drop a value; memory that arrays still use is freed with them."""
    _loaded.pop(key, None)
    _received.pop(key, None)


def _map_parts(path: Path) -> list[memoryview]:
    with open(path, "rb") as file:
        # On POSIX the mapping outlives the file name, so that arrays stay valid when it is removed.
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    (n_parts,) = _COUNT.unpack_from(whole)
    start = _COUNT.size * (1 + n_parts)
    parts = []
    for (length,) in _COUNT.iter_unpack(whole[_COUNT.size : start]):
        start += -start % _ALIGNMENT
        parts.append(whole[start : start + length])
        start += length
    return parts
