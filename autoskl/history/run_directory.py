"""The directory of a run, which can be resumed after the process that began it has died.

run.json       identity of the run: version, data, space; written first, never changed
folds.npz      which rows are fitted and held out
journal        trials, results, sessions: see `autoskl.history.journal`
predictions    held-out predictions, referenced by the journal
models/        fitted models
lock           held by the process that writes
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.errors import ResumeMismatchError
from autoskl.history.array_file import ArrayFile, Reference, read_array
from autoskl.history.disk_sync import DiskSync
from autoskl.history.journal import Entry, Journal, read_journal

FORMAT = 2
"""Incremented when older versions can no longer read what is written."""

MODELS = "models"
_HEADER, _FOLDS, _JOURNAL, _PREDICTIONS, _LOCK = (
    "run.json", "folds.npz", "journal", "predictions", "lock",
)  # fmt: skip

_FIELDS: Mapping[str, Any] = {
    "fingerprint": {"version": str, "random_state": str},
    "cv": str,
    "n_core": int,
    "metric": {"name": str, "optimum": (int, float)},
    "task": str,
}
"""Required fields of a header, and their types."""


class RunDirectory:
    """A run directory open for writing, by one process at a time.

    Parameters
    ----------
    path : Path
        Created if it does not exist.

    Attributes
    ----------
    header : dict or None
        Header written by `begin`; None for a new run.
    entries : list of dict
        Journal entries on opening.

    Raises
    ------
    ValueError
        When another process writes to it; `ResumeMismatchError` when it cannot be read.
    OSError
        When it is not writable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.models.mkdir(parents=True, exist_ok=True)
        self._lock = _lock_directory(path)
        try:
            self.header = read_header(path)
            self._journal = Journal(path / _JOURNAL)
            self._arrays = ArrayFile(path / _PREDICTIONS)
        except BaseException:
            os.close(self._lock)
            raise
        self.entries = self._journal.entries
        self._disk = DiskSync([path / _PREDICTIONS, path / _JOURNAL])

    @property
    def models(self) -> Path:
        """Directory of the fitted models."""
        return self.path / MODELS

    def begin(self, header: Mapping[str, Any], folds: Mapping[str, NDArray[Any]]) -> None:
        """Write the header and the folds of a new run.

        Raises
        ------
        OSError
            When they could not be written.
        """
        arrays: dict[str, Any] = dict(folds)
        unfinished = self.path / f"{_FOLDS}.part"
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)
        unfinished.replace(self.path / _FOLDS)
        self._disk.note(self.path / _FOLDS)
        unfinished = self.path / f"{_HEADER}.part"
        unfinished.write_text(json.dumps({"format": FORMAT, **header}, indent=1), encoding="utf-8")
        unfinished.replace(self.path / _HEADER)
        self._disk.note(self.path / _HEADER)

    def restart(self) -> None:
        """Forget the run, so that `begin` starts another; raises `OSError` when that fails."""
        self._journal.clear()
        # The file remains until `begin` replaces it, and belongs to no results by then.
        self.header = None

    def folds(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that were passed to `begin`.

        Raises
        ------
        ResumeMismatchError
            When the file is damaged or missing.
        """
        file = self.path / _FOLDS
        try:
            with np.load(file) as arrays:
                return dict(arrays)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise ResumeMismatchError(
                f"{file} is damaged or missing ({error}), so the run cannot be resumed. Choose a "
                "new directory."
            ) from error

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry to the journal; raises `OSError` when that fails."""
        self._journal.append(entry)
        self._disk.tick()

    def keep_array(self, array: NDArray[Any]) -> Reference:
        """Write an array and return a reference to it; raises `OSError` when that fails."""
        return self._arrays.append(array)

    def array(self, reference: Mapping[str, Any]) -> NDArray[Any] | None:
        """Return an array, or None when it is damaged."""
        return read_array(self.path / _PREDICTIONS, reference)

    def keep_model(self, file: str) -> None:
        """Sync a file in `models` to disk before the entry that refers to it."""
        self._disk.note(self.models / file)

    def close(self) -> None:
        """Release the lock; may be called more than once."""
        self._journal.close()
        self._arrays.close()
        if self._lock >= 0:
            self._disk.close()
            os.close(self._lock)
            self._lock = -1


def read_header(path: Path) -> dict[str, Any] | None:
    """Return the header of a run; None when the directory holds no run.

    Raises
    ------
    ResumeMismatchError
        When it is damaged, or was written in a format that this version cannot read.
    """
    file = path / _HEADER
    if not file.exists():
        return None
    try:
        header = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResumeMismatchError(
            f"{file} is damaged ({error}). Choose a new directory."
        ) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ResumeMismatchError(
            f"{file} is not of format {FORMAT}, the only one that this version of autoskl reads. "
            "Resume with the version that wrote it, or choose a new directory."
        )
    wrong = [
        name for name, expected in _FIELDS.items() if not _has_fields(header.get(name), expected)
    ]
    if wrong:
        raise ResumeMismatchError(
            f"{file} is damaged ({', '.join(wrong)} missing or of the wrong type). Choose a new "
            "directory."
        )
    return header


def read_run(path: Path) -> tuple[dict[str, Any], list[Entry]]:
    """Return the header and the journal of a run, which may still be running.

    Raises
    ------
    ValueError
        When the directory holds no run.
    """
    header = read_header(path)
    if header is None:
        raise ValueError(f"{path} holds no run: it does not contain {_HEADER}.")
    return header, read_journal(path / _JOURNAL)


def _has_fields(found: object, expected: Any) -> bool:
    if isinstance(expected, Mapping):
        return isinstance(found, dict) and all(
            _has_fields(found.get(name), part) for name, part in expected.items()
        )
    return isinstance(found, expected)


def _lock_directory(path: Path) -> int:
    """Lock a directory until the returned descriptor is closed or the process dies."""
    descriptor = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    if os.name == "posix":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise ValueError(
                f"run_directory={str(path)!r} is in use: another fit is writing to it. "
                "Wait until it ends, or use a separate directory for each fit."
            ) from None
    return descriptor
