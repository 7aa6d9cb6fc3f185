"""Writes a search down while it runs, so that it can go on after the process has died."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autoskl.core.errors import RecordWarning
from autoskl.core.result import FoldResult
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import FileModel
from autoskl.history.entries import (
    described,
    trial_entry,
    unit_entry,
    unscored_entry,
    unscored_folds,
)
from autoskl.history.history import History
from autoskl.history.journal import Entry
from autoskl.history.run_directory import RunDirectory
from autoskl.search.earlier_sessions import FINISHED, PATIENCE, SESSION, Earlier, read_earlier
from autoskl.search.fingerprint import arrays_of, check_same, fingerprint, folds_of
from autoskl.search.identity import digest_of
from autoskl.search.patience import Patience
from autoskl.search.plan import Plan
from autoskl.search.settings import Settings

ENSEMBLE = "ensemble"


class Recording:
    """The run directory as the search sees it; without one nothing is written or remembered.

    A disk that gets full ends the recording with one warning, and not the search.

    Parameters
    ----------
    path : Path, default=None
        The run directory.

    Attributes
    ----------
    earlier : Earlier
        What earlier sessions have done; empty until `begin`.
    replays : bool
        Whether the search repeats the decisions of the earlier sessions, taking the results that
        it needs from them, so that it comes out like one session. Decisions by a clock cannot be
        repeated; there the search goes on from the results.
    finished : dict or None
        What `finish` was told at the end of the same call.

    Raises
    ------
    ValueError
        When the directory is in use, or cannot be written to.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.earlier = Earlier()
        self.replays = False
        self.finished: Entry | None = None
        self._weights: Mapping[int, float] = {}
        self._patience: tuple[int, float] | None = None
        self._history = History()
        self._unscored: frozenset[int] = frozenset()
        self._directory: RunDirectory | None = None
        if path is not None:
            self._open(path)

    def settled(self, settings: Settings) -> Settings:
        """Return the settings, with the seed of the earlier sessions unless the user gave one."""
        header = None if self._directory is None else self._directory.header
        if header is None or settings.seed_is_given:
            return settings
        return replace(settings, seed=int(header["fingerprint"]["random_state"]))

    def is_finished(self, settings: Settings) -> bool:
        """Whether the same call came to its end before, so that no worker is needed."""
        entries = [] if self._directory is None else self._directory.entries
        last = entries[-1] if entries else {"kind": ""}
        return last["kind"] == FINISHED and last["call"] == _call(settings)

    def folds(self, settings: Settings) -> Folds | None:
        """Return the earlier folds where ``cv="auto"`` might choose others for another time."""
        directory = self._directory
        if directory is None or directory.header is None or not isinstance(settings.cv, str):
            return None
        return folds_of(directory.folds()) if directory.header["cv"] == settings.cv else None

    def begin(self, plan: Plan) -> None:
        """Check that the run belongs to this plan, read what is there, and begin a session.

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
            self.earlier = read_earlier(directory, plan.folds)
            self._unscored = unscored_folds(directory.entries)
            self.replays = not (settings.timed or self.earlier.timed)
            if self.is_finished(settings) and not self.earlier.damaged:
                self.finished = directory.entries[-1]
                return
        self._append({"kind": SESSION, "timed": settings.timed, "call": _call(settings)})

    def start(self, trial: Trial) -> None:
        """Write down that a trial was asked, unless that is written already."""
        self._show_unscored()
        if self.earlier.trials.get(trial.number) != trial:
            self._append(trial_entry(trial))

    def keep(self, trial: Trial, results: Sequence[FoldResult]) -> None:
        """Write results down with all that is needed to go on from them."""
        self._write(
            lambda d: d.append(unit_entry(trial.number, [_described(d, r) for r in results]))
        )

    def recorded(self, unit: Unit) -> tuple[FoldResult, ...] | None:
        """Return the results of a unit of an earlier session; None unless all are there."""
        found = self.earlier.of_unit(unit) if self.replays else None
        if found is None:
            return None
        entries, results = found
        # Under another number only if libraries have changed and ask in another order.
        for entry in (e for e in entries if e["number"] != unit.trial.number):
            self._append(entry | {"number": unit.trial.number})
        return results

    def show_ensemble(self, weights: Mapping[int, float], score: float) -> None:
        """Write down the ensemble of the moment, for those who look on."""
        if weights != self._weights:
            self._weights = dict(weights)
            self._append({"kind": ENSEMBLE, "weights": _items(weights), "score": score})

    def show_patience(self, patience: Patience) -> None:
        """Write down how long nothing has become better, so that the count goes on from there."""
        now = (patience.n_stale, patience.best_loss)
        if now != self._patience and math.isfinite(patience.best_loss):
            self._patience = now
            self._append({"kind": PATIENCE, "n_stale": now[0], "best_loss": float(now[1])})

    def finish(self, plan: Plan, reason: str) -> None:
        """Write down how the search ended, so that the same call gives the same model at once."""
        self._show_unscored()
        self._append(
            {
                "kind": FINISHED,
                "call": _call(plan.settings),
                "reason": reason,
                "ensemble": plan.ensembling.state(),
                "weights": _items(plan.ensembling.weights),
                "score": plan.settings.metric.score(plan.ensembling.honest_loss),
                "order": [[r.trial.number, result.fold] for r, result in plan.history.results],
            }
        )

    def close(self) -> None:
        """Let other processes write; calling it twice is fine."""
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

    def _show_unscored(self) -> None:
        """Write down on which folds the metric is undefined, once the constant model has told."""
        unscored = self._history.unscored
        if unscored and unscored != self._unscored:
            self._unscored = unscored
            self._append(unscored_entry(unscored))

    def _open(self, path: Path) -> None:
        try:
            self._directory = RunDirectory(path)
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
                f"run_directory={str(directory.path)!r} cannot be written any more ({error}). The "
                "fit goes on without; what is written there can still be continued.",
                RecordWarning,
                stacklevel=2,
            )
        except BaseException:  # such as an interrupt: what follows half a line would be lost
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
    """Return what decides when a search is over and what comes out, besides the fingerprint."""
    search = settings.search
    return {
        "time_limit": settings.time_limit,
        "n_trials": None if settings.n_trials is None else int(settings.n_trials),
        "patience": None if settings.patience is None else int(settings.patience),
        "trial_time_limit": settings.trial_time_limit,
        "ensemble_size": int(settings.ensemble_size),
        "search": search if isinstance(search, str) else digest_of(search),
        "device": settings.device,
        "warm_start": settings.warm_start,
    }


def _items(weights: Mapping[int, float]) -> list[list[float]]:
    """Return weights by number as pairs, since JSON knows no numbers as keys."""
    return [[number, float(weight)] for number, weight in weights.items()]


def _described(directory: RunDirectory, result: FoldResult) -> Entry:
    predictions = directory.keep_array(result.predictions) if result.ok else None
    return described(result, predictions, _kept_model(directory, result))


def _kept_model(directory: RunDirectory, result: FoldResult) -> Entry | None:
    """Return how the fitted model is found in the directory."""
    model = result.model
    if model is None:
        return None
    if isinstance(model, FileModel) and Path(model.path).parent == directory.models:
        name = Path(model.path).name
        directory.keep_model(name)
        return {"file": name, "size": model.size, "checksum": model.checksum}
    raise OSError("a fitted model could not be written there")
