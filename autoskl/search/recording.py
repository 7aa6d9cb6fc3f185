"""Records a search while it runs, so that it can be resumed after the process has died."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autoskl.core.errors import RecordWarning
from autoskl.core.result import FoldResult, Status
from autoskl.core.stack_level import user_stack_level
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import FileModel
from autoskl.history.entries import (
    ENSEMBLE,
    FINISHED,
    PATIENCE,
    SESSION,
    read_undefined_folds,
    result_entry,
    trial_entry,
    undefined_folds_entry,
    unit_entry,
)
from autoskl.history.history import History
from autoskl.history.journal import Entry
from autoskl.history.run_directory import RunDirectory
from autoskl.search.earlier_sessions import (
    AUTOMATIC,
    EarlierSessions,
    has_real_trials,
    read_earlier_sessions,
)
from autoskl.search.fingerprint import arrays_of, check_same, fingerprint, folds_of
from autoskl.search.object_digest import object_digest
from autoskl.search.patience import Patience
from autoskl.search.plan import Plan
from autoskl.search.settings import Settings


class Recording:
    """Writes to a run directory and reads earlier sessions from it; does nothing without one.

    A full disk ends the recording with a warning, but not the search.

    Parameters
    ----------
    path : Path, default=None
        The run directory.

    Attributes
    ----------
    earlier : EarlierSessions
        Trials and results of earlier sessions; empty until `begin`.
    replays : bool
        Whether the search repeats the decisions of the earlier sessions using their results, so
        that it ends like a single session. Decisions of timed runs cannot be repeated; such a
        search continues from the results.
    finished : dict or None
        Entry written by `finish` if the same call has finished before.

    Raises
    ------
    ValueError
        When the directory is in use, or cannot be written to.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.earlier = EarlierSessions()
        self.replays = False
        self.finished: Entry | None = None
        self._weights: Mapping[int, float] = {}
        self._patience: tuple[int, float] | None = None
        self._history = History()
        self._undefined_folds: frozenset[int] = frozenset()
        self._replayed: set[tuple[int, int]] = set()
        self._directory: RunDirectory | None = None
        if path is not None:
            self._open(path)

    def restore_seed(self, settings: Settings) -> Settings:
        """Return the settings with the seed of the earlier sessions, unless the user gave one."""
        header = None if self._directory is None else self._directory.header
        if header is None or settings.seed_is_given:
            return settings
        return replace(settings, seed=int(header["fingerprint"]["random_state"]))

    def is_finished(self, settings: Settings) -> bool:
        """Return whether the same call has finished before, so that no workers are needed.

        Another ``memory_limit`` only makes another call where fits failed for memory.
        """
        entries = [] if self._directory is None else self._directory.entries
        last = entries[-1] if entries else {"kind": ""}
        limit = _memory_limit(settings)
        return (
            last["kind"] == FINISHED
            and last["call"] == _call(settings)
            and last.get("memory_limit", limit) == limit
        )

    def folds(self, settings: Settings) -> Folds | None:
        """Return the earlier folds if ``cv`` is a string, which may depend on the time limit."""
        directory = self._directory
        if directory is None or directory.header is None or not isinstance(settings.cv, str):
            return None
        return folds_of(directory.folds()) if directory.header["cv"] == settings.cv else None

    def begin(self, plan: Plan) -> None:
        """Check that the run matches this plan, read earlier sessions, and begin a new one.

        Raises
        ------
        ResumeMismatchError
            When it belongs to other data, another space or another major version.
        """
        directory, settings = self._directory, plan.settings
        if directory is None:
            return
        self._history = plan.history
        now = fingerprint(settings, plan.dataset, plan.folds, plan.space)
        if directory.header is None:
            header = _header(plan, now)
            self._write(lambda d: d.begin(header, arrays_of(plan.folds)))
        else:
            check_same(directory.path, directory.header["fingerprint"], now)
            self.earlier = read_earlier_sessions(directory, plan.folds)
            self._undefined_folds = read_undefined_folds(directory.entries)
            self.replays = not (settings.timed or self.earlier.timed)
            if self.is_finished(settings) and not self.earlier.damaged:
                self.finished = directory.entries[-1]
                return
            self.earlier.retry_memory_failures(_memory_limit(settings))
        self._append(
            {
                "kind": SESSION,
                "timed": settings.timed,
                "call": _call(settings),
                "memory_limit": _memory_limit(settings),
            }
        )

    def write_trial(self, trial: Trial) -> None:
        """Write a new trial, unless it is in the journal already."""
        self._write_undefined_folds()
        if self.earlier.trials.get(trial.number) != trial:
            self._append(trial_entry(trial))

    def write_results(self, trial: Trial, results: Sequence[FoldResult]) -> None:
        """Write results, with everything that is needed to resume from them."""
        new = [r for r in results if (trial.number, r.fold) not in self._replayed]
        if new:
            self._write(
                lambda d: d.append(unit_entry(trial.number, [_result_entry(d, r) for r in new]))
            )

    def known_results(self, unit: Unit) -> tuple[FoldResult, ...] | None:
        """Return the results of a unit from an earlier session; None unless all folds have one."""
        found = self.earlier.of_unit(unit) if self.replays else None
        if found is None:
            return None
        entries, results = found
        self._replayed.update((unit.trial.number, fold) for fold in unit.folds)
        # Trial numbers differ only if other library versions led to another order.
        for entry in (e for e in entries if e["number"] != unit.trial.number):
            self._append(entry | {"number": unit.trial.number})
        return results

    def write_ensemble(self, weights: Mapping[int, float], score: float) -> None:
        """Write the current ensemble, for `view_run`."""
        if weights != self._weights:
            self._weights = dict(weights)
            self._append({"kind": ENSEMBLE, "weights": _items(weights), "score": score})

    def write_patience(self, patience: Patience) -> None:
        """Write the count of trials without an improvement, to be restored on resuming."""
        now = (patience.n_stale, patience.best_loss)
        if now != self._patience and math.isfinite(patience.best_loss):
            self._patience = now
            self._append({"kind": PATIENCE, "n_stale": now[0], "best_loss": float(now[1])})

    def finish(self, plan: Plan, reason: str) -> None:
        """Write the final ensemble, so that the same call returns the same model at once."""
        self._write_undefined_folds()
        failures = plan.history.failures
        is_short = any(result.status is Status.MEMORY for _, result in failures)
        limit = {"memory_limit": _memory_limit(plan.settings)} if is_short else {}
        self._append(
            {
                "kind": FINISHED,
                "call": _call(plan.settings),
                **limit,
                "reason": reason,
                "ensemble": plan.ensembling.state(),
                "weights": _items(plan.ensembling.weights),
                "score": plan.settings.metric.score(plan.ensembling.cross_fitted_loss),
                "order": [[r.trial.number, result.fold] for r, result in plan.history.results],
            }
        )

    def close(self) -> None:
        """Release the run directory; may be called more than once."""
        if self._directory is not None:
            self._directory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write_undefined_folds(self) -> None:
        """Write the folds on which the metric is undefined, which the constant model shows."""
        folds = self._history.undefined_folds
        if folds and folds != self._undefined_folds:
            self._undefined_folds = folds
            self._append(undefined_folds_entry(folds))

    def _open(self, path: Path) -> None:
        try:
            self._directory = RunDirectory(path)
            if not has_real_trials(self._directory.entries):
                # A fit that was refused, as for its scoring, must not determine the next one.
                self._directory.restart()
        except OSError as error:
            raise ValueError(
                f"run_directory={str(path)!r} cannot be written to ({error}). Choose another."
            ) from error

    def _append(self, entry: Entry) -> None:
        self._write(lambda directory: directory.append(entry))

    def _write(self, write: Callable[[RunDirectory], None]) -> None:
        directory = self._directory
        if directory is None:
            return
        try:
            write(directory)
        except OSError as error:
            self._stop()
            warnings.warn(
                f"run_directory={str(directory.path)!r} can no longer be written ({error}). The "
                "fit continues without it; the run can be resumed from what was written before.",
                RecordWarning,
                stacklevel=user_stack_level(),
            )
        except BaseException:  # such as an interrupt: entries after half a line would be lost
            self._stop()
            raise

    def _stop(self) -> None:
        self.close()
        self._directory = None


def _header(plan: Plan, now: Mapping[str, str]) -> dict[str, Any]:
    cv, metric = plan.settings.cv, plan.settings.metric
    return {
        "fingerprint": now,
        "cv": cv if isinstance(cv, str) else "given",
        "n_core": plan.folds.n_core,
        "metric": {"name": metric.name, "optimum": metric.optimum},
        "task": str(plan.dataset.task),
    }


def _call(settings: Settings) -> dict[str, Any]:
    """Return the settings besides the fingerprint that determine the result of a search."""
    search = settings.search
    return {
        "time_limit": settings.time_limit,
        "n_trials": None if settings.n_trials is None else int(settings.n_trials),
        "patience": None if settings.patience is None else int(settings.patience),
        "trial_time_limit": settings.trial_time_limit,
        "ensemble_size": int(settings.ensemble_size),
        "search": search if isinstance(search, str) else object_digest(search),
        "device": settings.device,
        "warm_start": settings.warm_start,
    }


def _memory_limit(settings: Settings) -> int | str | None:
    """Return the limit as the user gave it, since free memory differs from call to call."""
    limit = settings.memory_limit
    return limit if limit is None or settings.memory_is_given else AUTOMATIC


def _items(weights: Mapping[int, float]) -> list[list[float]]:
    """Return weights as pairs, since JSON keys cannot be numbers."""
    return [[number, float(weight)] for number, weight in weights.items()]


def _result_entry(directory: RunDirectory, result: FoldResult) -> Entry:
    predictions = directory.keep_array(result.predictions) if result.ok else None
    return result_entry(result, predictions, _model_reference(directory, result))


def _model_reference(directory: RunDirectory, result: FoldResult) -> Entry | None:
    """Return a reference to the fitted model in the directory."""
    model = result.model
    if model is None:
        return None
    if isinstance(model, FileModel) and Path(model.path).parent == directory.models:
        name = Path(model.path).name
        directory.keep_model(name)
        return {"file": name, "size": model.size, "checksum": model.checksum}
    raise OSError("a fitted model could not be written there")
