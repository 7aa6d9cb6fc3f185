"""Where fitted fold models wait until the ensemble wants them."""

from __future__ import annotations

import pickle
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autoskl.components.learners.staged_boosting import pickled_for_one_reader
from autoskl.core.result import ModelReference
from autoskl.core.trial import Trial
from autoskl.evaluation.fitted_model import FittedModel
from autoskl.execution.pickling import to_bytes


@dataclass(frozen=True, slots=True)
class FileModel:
    """A pickled model in a file of the run's temporary folder.

    Attributes
    ----------
    path : str
    size : int
        Bytes.
    checksum : int
        CRC-32 of them.
    """

    path: str
    size: int
    checksum: int

    def load(self) -> FittedModel:
        """Read the model."""
        with Path(self.path).open("rb") as file:
            model: FittedModel = pickle.load(file)
        return model


@dataclass(frozen=True, slots=True)
class BytesModel:
    """A pickled model in memory, where there is no folder to write to.

    Attributes
    ----------
    data : bytes
    size : int
        Bytes that the same model has in a file, so that where it waits decides nothing.
    """

    data: bytes
    size: int

    def load(self) -> FittedModel:
        """Unpickle the model."""
        model: FittedModel = pickle.loads(self.data)
        return model


def model_name(trial: Trial, folds: str) -> str:
    """Return the name of a model's file, by what is fitted rather than by when it was asked."""
    fidelity = trial.fidelity
    share = "" if fidelity.rows == 1 else f"{fidelity.rows:.4f}-"
    share += "" if fidelity.epochs == 1 else f"{fidelity.epochs:.4f}e-"
    return f"{trial.configuration.digest[:20]}-{share}{folds}.pickle"


def keep_model(model: FittedModel, directory: str | None, name: str) -> ModelReference:
    """Pickle a fitted model so that another process can load it.

    Parameters
    ----------
    model : FittedModel
    directory : str or None
        Folder to write to; None keeps the bytes in memory, and so does a full disk.
    name : str
        Name of the file, unique in the folder.
    """
    with pickled_for_one_reader():
        data = to_bytes(model)
    if directory is None:
        return BytesModel(to_bytes(model), len(data))
    path = Path(directory, name)
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(data)
        # A worker may be killed while it writes: a model file is whole or not there.
        unfinished.replace(path)
    except OSError:  # the disk is full, or the folder is gone
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return BytesModel(data, len(data))
    return FileModel(str(path), len(data), zlib.crc32(data))
