"""What happened, line by line, readable whenever and wherever the writer died.

Each line is the CRC-32 of a JSON text, a space, and the text. The first line that is torn or does
not match its sum ends the journal: a crash can only harm the end, and what stands before it is a
state that the run was once in.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autoskl.history.append_only import AppendOnlyFile

Entry = dict[str, Any]
_SUM_DIGITS = 8


class Journal:
    """A journal open for appending; a torn tail is cut off first.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    entries : list of dict
        What was found at the opening.

    Raises
    ------
    OSError
        When the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.entries, length = _read(path)
        self._file = AppendOnlyFile(path, keep=length)

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry of plain values.

        Raises
        ------
        OSError
            When it could not be written; nothing may be appended after that.
        """
        text = json.dumps(entry, separators=(",", ":")).encode("ascii")
        self._file.write(b"%s %s\n" % (_sum(text), text))

    def close(self) -> None:
        """Close the file; calling it twice is fine."""
        self._file.close()


def read_journal(path: Path) -> list[Entry]:
    """Return the entries of a journal, which may be written at this moment; none without a file."""
    return _read(path)[0]


def _read(path: Path) -> tuple[list[Entry], int]:
    """Return the entries up to the first that is not whole, and the bytes that they take."""
    data = path.read_bytes() if path.exists() else b""
    entries, length = [], 0
    while (end := data.find(b"\n", length)) >= 0:
        line = data[length:end]
        text = line[_SUM_DIGITS + 1 :]
        if line[: _SUM_DIGITS + 1] != _sum(text) + b" ":
            break
        entries.append(json.loads(text))
        length = end + 1
    return entries, length


def _sum(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)
