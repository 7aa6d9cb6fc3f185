"""Trials and results that earlier sessions of a run have left in its directory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autoskl.core.configuration import Configuration
from autoskl.core.errors import ResumeMismatchError
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FoldResult, ModelReference, Status
from autoskl.core.trial import CONSTANT_ORIGIN, Trial, Unit
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import FileModel
from autoskl.history.entries import (
    FINISHED,
    PATIENCE,
    SESSION,
    TRIAL,
    UNIT,
    result_from_entry,
    trial_from_entry,
)
from autoskl.history.journal import Entry
from autoskl.history.run_directory import RunDirectory

AUTOMATIC = "auto"
"""Stands in the journal for a memory limit that depends on the free memory."""

_Key = tuple[Configuration, Fidelity, int]
"""Configuration, fidelity and fold of a result."""


@dataclass(slots=True, eq=False)
class EarlierSessions:
    """Trials and results of earlier sessions.

    Attributes
    ----------
    trials : dict of int to Trial
        By number.
    results : dict of (int, int) to FoldResult
        By trial number and fold, in the order in which they were written.
    timed : bool
        Whether any session had a time limit.
    damaged : bool
        Whether results that had taken effect when the last session finished cannot be used, because
        they, their predictions or their models are missing or damaged.
    patience : (int, float) or None
        Trials since the ensemble last improved, and its best loss.
    """

    trials: dict[int, Trial] = field(default_factory=dict)
    results: dict[tuple[int, int], FoldResult] = field(default_factory=dict)
    timed: bool = False
    damaged: bool = False
    patience: tuple[int, float] | None = None
    _written: dict[_Key, tuple[Entry, FoldResult]] = field(default_factory=dict)
    _limits: dict[tuple[int, int], int | str | None] = field(default_factory=dict)
    _limit: int | str | None = None

    def add(self, entry: Entry, directory: RunDirectory, folds: Folds) -> None:
        """Add the next entry of the journal."""
        number = entry.get("number", -1)
        if entry["kind"] == SESSION:
            self.timed |= entry["timed"]
            self._limit = entry.get("memory_limit")  # not written by earlier versions
        elif entry["kind"] == PATIENCE:
            self.patience = (entry["n_stale"], entry["best_loss"])
        elif entry["kind"] == FINISHED:
            self.damaged = any(tuple(place) not in self.results for place in entry["order"])
        elif entry["kind"] == TRIAL:
            self.trials[number] = trial_from_entry(entry)
            for place in [place for place in self.results if place[0] == number]:
                del self.results[place]
        elif entry["kind"] == UNIT:
            trial = self.trials[number]
            for description in entry["results"]:
                result = _read_result(description, directory, folds)
                if result is None:
                    continue
                self.results[number, result.fold] = result
                self._limits[number, result.fold] = self._limit
                self._written[trial.configuration, trial.fidelity, result.fold] = (entry, result)

    def retry_memory_failures(self, limit: int | str | None) -> None:
        """Forget the results that failed for memory, unless they would fail again.

        Parameters
        ----------
        limit : int, `AUTOMATIC` or None
            Memory limit of the session that begins. Under an automatic one, the memory may have
            been short for a while only.
        """
        for place, result in list(self.results.items()):
            is_same = self._limits[place] == limit != AUTOMATIC
            if result.status is Status.MEMORY and not is_same:
                trial = self.trials[place[0]]
                del self.results[place]
                self._written.pop((trial.configuration, trial.fidelity, result.fold), None)

    def of_unit(self, unit: Unit) -> tuple[list[Entry], tuple[FoldResult, ...]] | None:
        """Return the entries and the results of a unit; None unless all of its folds have one."""
        trial = unit.trial
        keys = [(trial.configuration, trial.fidelity, fold) for fold in unit.folds]
        if not all(key in self._written for key in keys):
            return None
        found = [self._written[key] for key in keys]
        return [entry for entry, _ in found], tuple(result for _, result in found)


def has_real_trials(entries: Iterable[Entry]) -> bool:
    """Return whether a journal holds more than the constant model, or a finished session."""
    return any(
        entry["kind"] == FINISHED or (entry["kind"] == TRIAL and entry["origin"] != CONSTANT_ORIGIN)
        for entry in entries
    )


def read_earlier_sessions(directory: RunDirectory, folds: Folds) -> EarlierSessions:
    """Read the journal of a run directory.

    Parameters
    ----------
    directory : RunDirectory
    folds : Folds
        Folds of the earlier sessions.

    Raises
    ------
    ResumeMismatchError
        When an entry is inconsistent with those before it.
    """
    earlier = EarlierSessions()
    for number, entry in enumerate(directory.entries, start=1):
        try:
            earlier.add(entry, directory, folds)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ResumeMismatchError(
                f"The journal of run_directory={str(directory.path)!r} is damaged: line {number} "
                f"is inconsistent with the lines before it ({error!r}). Choose a new directory."
            ) from error
    return earlier


def _read_result(description: Entry, directory: RunDirectory, folds: Folds) -> FoldResult | None:
    """Return a result, None when its predictions or its model are damaged."""
    if description["predictions"] is None:
        return result_from_entry(description)
    predictions = directory.array(description["predictions"])
    written = description["model"]
    model = None if written is None else _model(written, directory)
    if predictions is None or (written is not None and model is None):
        return None
    return result_from_entry(description, folds.test(description["fold"]), predictions, model)


def _model(written: Mapping[str, object], directory: RunDirectory) -> ModelReference | None:
    path = directory.models / str(written["file"])
    try:
        data = path.read_bytes()
    except OSError:  # a missing file counts as damaged
        return None
    size, checksum = len(data), zlib.crc32(data)
    is_valid = (size, checksum) == (written["size"], written["checksum"])
    return FileModel(str(path), size, checksum) if is_valid else None
