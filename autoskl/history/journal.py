"""A write-ahead journal of JSON lines that stays readable whenever the writer is killed.

Each line is the CRC-32 of a JSON text, a space, and the text. The journal ends before the first
line that is incomplete or does not match its checksum: a crash damages only the end, and the
entries before it describe a state in which the run has been.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autoskl.history.append_only import AppendOnlyFile

Entry = dict[str, Any]
_CHECKSUM_DIGITS = 8


class Journal:
    """A journal open for appending; an incomplete last line is truncated on opening.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    entries : list of dict
        Entries that the file held on opening.

    Raises
    ------
    OSError
        When the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries, length = _read(path)
        self._file = AppendOnlyFile(path, keep=length)

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry of plain values.

        Raises
        ------
        OSError
            When the entry could not be written; nothing may be appended after that.
        """
        text = json.dumps(entry, separators=(",", ":")).encode("ascii")
        self._file.write(b"%s %s\n" % (_checksum(text), text))

    def clear(self) -> None:
        """Remove all entries; raises `OSError` when that fails."""
        self._file.close()
        self._file = AppendOnlyFile(self._path, keep=0)
        self.entries.clear()

    def close(self) -> None:
        """Close the file; may be called more than once."""
        self._file.close()


def read_journal(path: Path) -> list[Entry]:
    """Return the entries of a journal, also while it is being written; none without a file."""
    return _read(path)[0]


def _read(path: Path) -> tuple[list[Entry], int]:
    """Return the valid entries at the start of a journal, and their length in bytes."""
    data = path.read_bytes() if path.exists() else b""
    entries, length = [], 0
    while (end := data.find(b"\n", length)) >= 0:
        line = data[length:end]
        text = line[_CHECKSUM_DIGITS + 1 :]
        if line[: _CHECKSUM_DIGITS + 1] != _checksum(text) + b" ":
            break
        entries.append(json.loads(text))
        length = end + 1
    return entries, length


def _checksum(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)
