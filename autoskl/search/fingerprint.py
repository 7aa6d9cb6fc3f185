"""Fingerprint of a run: digests of the data and settings that must not change on resuming."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from autoskl.core.errors import ResumeMismatchError
from autoskl.core.version import VERSION
from autoskl.evaluation.folds import Folds
from autoskl.search.object_digest import metric_identity
from autoskl.search.settings import Settings
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import MixedTable

Fingerprint = dict[str, str]

_DATA = "data: "
_ARGUMENT_OF = {
    "task": "y", "n_classes": "y", "columns": "X",
    "fit_weight": "weights", "score_weight": "weights",
}  # fmt: skip


def fingerprint(settings: Settings, dataset: Dataset, folds: Folds, space: Space) -> Fingerprint:
    """Return digests of everything that must stay the same to resume a run.

    Limits, ``n_jobs``, ``search`` and ``ensemble_size`` may change: earlier results stay valid.
    """
    data: dict[str, list[str]] = {}
    for field in fields(dataset):
        parts = data.setdefault(_ARGUMENT_OF.get(field.name, field.name), [])
        parts.append(_digest(getattr(dataset, field.name)))
    return {
        "version": VERSION,
        **{_DATA + name: _digest(tuple(parts)) for name, parts in data.items()},
        "space": space.digest,
        "scoring": metric_identity(settings.metric),
        "cv": _digest(tuple(_digest(array) for array in arrays_of(folds).values())),
        "random_state": str(settings.seed),
    }


def check_same(path: Path, earlier: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise `ResumeMismatchError`, which says what differs, unless a run can be resumed.

    Parameters
    ----------
    path : Path
        The run directory.
    earlier, now : mapping of str to str
    """
    was, version_now = earlier["version"], now["version"]
    if major(was) != major(version_now):
        raise ResumeMismatchError(
            f"run_directory={str(path)!r} was written by autoskl {was}, and this is {version_now}: "
            "another major version. Resume with the former, or choose a new directory."
        )
    changed = [name for name in {**earlier, **now} if earlier.get(name) != now.get(name)]
    data = [name.removeprefix(_DATA) for name in changed if name.startswith(_DATA)]
    reasons = [f"other data ({', '.join(data)} differ)"] if data else []
    reasons += [text for name, text in _REASONS.items() if name in changed]
    if "cv" in changed and (data or "random_state" in changed):  # which change the folds
        reasons.remove(_REASONS["cv"])
    if reasons:
        raise ResumeMismatchError(
            f"run_directory={str(path)!r} holds a run with {'; with '.join(reasons)}. "
            "Repeat the same call of fit to resume it, or choose a new directory."
        )


_REASONS = {
    "space": "another search space (by include, exclude, search_space, the columns of X, or the "
    "libraries installed)",
    "scoring": "another scoring",
    "cv": "other folds (cv; a splitter that shuffles needs a fixed random_state)",
    "random_state": "another random_state",
}


def major(text: str) -> str:
    """Return the part of a version that changes when older files become unreadable."""
    return text.split(".", maxsplit=1)[0]


def arrays_of(folds: Folds) -> dict[str, np.ndarray[Any, Any]]:
    """Return folds as named arrays."""
    return {field.name: np.asarray(getattr(folds, field.name)) for field in fields(folds)}


def folds_of(arrays: Mapping[str, np.ndarray[Any, Any]]) -> Folds:
    """Return the folds that `arrays_of` converted."""
    values: dict[str, Any] = {n: a if a.ndim else a.item() for n, a in arrays.items()}
    return Folds(**values)


def _digest(value: Any) -> str:
    """Return a stable hash of an array, or of the representation of another value."""
    hashed = hashlib.sha256()
    for part in _parts(value):
        array = np.ascontiguousarray(part)
        hashed.update(f"{array.dtype.str}{array.shape}".encode())
        hashed.update(array.reshape(-1).view(np.uint8).data)
    return hashed.hexdigest()[:32]


def _parts(value: Any) -> list[Any]:
    if isinstance(value, MixedTable):
        texts = [array for column in value.texts.columns for array in (column.data, column.bounds)]
        return [value.numbers, value.texts.rows, *texts]
    if sparse.issparse(value):
        shape = np.asarray(value.shape)
        return [shape, value.data, value.indices.astype(np.int64), value.indptr.astype(np.int64)]
    if isinstance(value, np.ndarray) and value.dtype != object:
        return [value]
    text = repr(value.tolist() if isinstance(value, np.ndarray) else value)
    return [np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)]
