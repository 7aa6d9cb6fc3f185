"""Predictions beside a store: one append-only file for each split of a task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Half = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class PredictionFiles:
    """Float16 predictions on validation and test rows, found by their offset.

    They are needed to simulate ensembles while metadata are learned, and never leave the machine
    that builds.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    def append(self, task: str, stage: str, repeat: int, predictions: Half) -> int:
        """Write predictions at the end of a file and return where they begin, in values.

        Parameters
        ----------
        task, stage : str
        repeat : int
        predictions : ndarray of float16
        """
        path = self._path(task, stage, repeat)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            offset = file.tell() // 2
            file.write(np.ascontiguousarray(predictions).tobytes())
        return offset

    def read(
        self, task: str, stage: str, repeat: int, offset: int, shape: tuple[int, ...]
    ) -> Half | None:
        """Return predictions, or None when the file lacks them.

        Parameters
        ----------
        task, stage : str
        repeat, offset : int
        shape : tuple of int
        """
        path, count = self._path(task, stage, repeat), int(np.prod(shape))
        if not path.is_file() or path.stat().st_size < 2 * (offset + count):
            return None
        found: Half = np.fromfile(path, np.float16, count, offset=2 * offset)
        return found.reshape(shape)

    def write_target(self, task: str, stage: str, repeat: int, y: NDArray[np.floating]) -> None:
        """Write the true targets of validation and test rows, once."""
        path = self._path(task, stage, repeat).with_suffix(".y.npy")
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part.npy")
            np.save(unfinished, y)
            unfinished.replace(path)

    def read_target(self, task: str, stage: str, repeat: int) -> NDArray[np.float64] | None:
        """Return the targets as they were written, or None."""
        path = self._path(task, stage, repeat).with_suffix(".y.npy")
        return np.load(path, allow_pickle=False) if path.is_file() else None

    def _path(self, task: str, stage: str, repeat: int) -> Path:
        return self.folder / f"{stage}{repeat}" / f"{task}.f16"
