"""A file of concatenated arrays, each located by a small reference that holds its checksum."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.history.append_only import AppendOnlyFile

Reference = dict[str, Any]


class ArrayFile:
    """A file of arrays, open for appending.

    Parameters
    ----------
    path : Path

    Raises
    ------
    OSError
        When the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = AppendOnlyFile(path)

    def append(self, array: NDArray[Any]) -> Reference:
        """Write an array and return the reference by which `read_array` finds it.

        Raises
        ------
        OSError
            When the array could not be written.
        """
        data = np.ascontiguousarray(array).tobytes()
        return {
            "start": self._file.write(data),
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "sum": zlib.crc32(data),
        }

    def close(self) -> None:
        """Close the file; may be called more than once."""
        self._file.close()


def read_array(path: Path, reference: Mapping[str, Any]) -> NDArray[Any] | None:
    """Return an array, or None when the file is missing or the checksum does not match."""
    dtype, shape = np.dtype(reference["dtype"]), tuple(reference["shape"])
    n_bytes = dtype.itemsize * int(np.prod(shape))
    try:
        with path.open("rb") as file:
            file.seek(reference["start"])
            data = file.read(n_bytes)
    except OSError:  # a missing file counts as damaged
        return None
    if len(data) < n_bytes or zlib.crc32(data) != reference["sum"]:
        return None
    # Copied, since an array over bytes is read-only.
    return np.frombuffer(data, dtype).reshape(shape).copy()
