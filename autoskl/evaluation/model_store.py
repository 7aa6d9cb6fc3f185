"""Stores the fitted models of folds until the ensemble loads them."""

from __future__ import annotations

import pickle
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autoskl.components.predictors.boosted_trees.staged_boosting import uncompressed_pickles
from autoskl.core.result import ModelReference
from autoskl.core.trial import Trial
from autoskl.evaluation.fitted_model import FittedModel
from autoskl.execution.pickling import to_bytes


@dataclass(frozen=True, slots=True)
class FileModel:
    """A pickled model in a file.

    Attributes
    ----------
    path : str
    size : int
        Bytes.
    checksum : int
        CRC-32 of the file.
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
    """A pickled model in memory, when no folder is writable.

    Attributes
    ----------
    data : bytes
    size : int
        Size of the same model in a file, so that decisions do not depend on where it is stored.
    """

    data: bytes
    size: int

    def load(self) -> FittedModel:
        """Unpickle the model."""
        model: FittedModel = pickle.loads(self.data)
        return model


def model_name(trial: Trial, folds: str) -> str:
    """Return the file name of a model, which depends on what is fitted, not on when."""
    fidelity = trial.fidelity
    share = "" if fidelity.rows == 1 else f"{fidelity.rows:.4f}-"
    share += "" if fidelity.epochs == 1 else f"{fidelity.epochs:.4f}e-"
    return f"{trial.configuration.digest[:20]}-{share}{folds}.pickle"


def store_model(model: FittedModel, directory: str | None, name: str) -> ModelReference:
    """Pickle a fitted model so that another process can load it.

    Parameters
    ----------
    model : FittedModel
    directory : str or None
        Folder to write to. With None, or if the disk is full, the model stays in memory.
    name : str
        Name of the file, unique in the folder.
    """
    with uncompressed_pickles():
        data = to_bytes(model)
    if directory is None:
        return BytesModel(to_bytes(model), len(data))
    path = Path(directory, name)
    unfinished = path.with_suffix(".part")
    try:
        unfinished.write_bytes(data)
        # A worker may be killed while it writes: model files are complete or do not exist.
        unfinished.replace(path)
    except OSError:  # the disk is full, or the folder was removed
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return BytesModel(data, len(data))
    return FileModel(str(path), len(data), zlib.crc32(data))
