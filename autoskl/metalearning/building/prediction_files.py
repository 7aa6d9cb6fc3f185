"""Predictions beside a store, in one append-only file for each split of a task."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Half = NDArray[np.float16]

_ITEM = np.dtype(np.float16).itemsize


@dataclass(frozen=True, slots=True)
class PredictionFiles:
    """Float16 predictions on validation and test rows, addressed by offset.

    They are needed to simulate ensembles when metadata are learned, and never leave the machine
    that made them.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    def append(self, task: str, stage: str, repeat: int, predictions: Half) -> int:
        """Append predictions to a file and return their offset, in values.

        Parameters
        ----------
        task, stage : str
        repeat : int
        predictions : ndarray of float16
        """
        path = self._path(task, stage, repeat)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            _lock(file)
            size = file.seek(0, os.SEEK_END)
            # An interrupted write may have left half a value, which would shift all that follow.
            offset = size // _ITEM
            file.truncate(offset * _ITEM)
            file.write(np.ascontiguousarray(predictions, np.float16).tobytes())
        return offset

    def read(
        self, task: str, stage: str, repeat: int, offset: int, shape: tuple[int, ...]
    ) -> Half | None:
        """Return predictions, or None if the file lacks them.

        Parameters
        ----------
        task, stage : str
        repeat, offset : int
        shape : tuple of int
        """
        path, count = self._path(task, stage, repeat), int(np.prod(shape))
        if not path.is_file() or path.stat().st_size < _ITEM * (offset + count):
            return None
        found: Half = np.fromfile(path, np.float16, count, offset=_ITEM * offset)
        return found.reshape(shape)

    def write_target(self, task: str, stage: str, repeat: int, y: NDArray[np.floating]) -> None:
        """Write the true targets of validation and test rows, once."""
        path = self._path(task, stage, repeat).with_suffix(".y.npy")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # A unique name, since several processes may write the file at once.
            unfinished = path.with_suffix(f".{secrets.token_hex(4)}.npy")
            np.save(unfinished, y)
            unfinished.replace(path)

    def read_target(self, task: str, stage: str, repeat: int) -> NDArray[np.float64] | None:
        """Return the targets, or None if they were not written."""
        path = self._path(task, stage, repeat).with_suffix(".y.npy")
        return np.load(path, allow_pickle=False) if path.is_file() else None

    def _path(self, task: str, stage: str, repeat: int) -> Path:
        return self.folder / f"{stage}{repeat}" / f"{task}.f16"


def _lock(file: BinaryIO) -> None:
    """Lock a file against other writers until it is closed (POSIX only)."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
