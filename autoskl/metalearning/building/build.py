"""Evaluates configurations on a corpus, resumably and in parallel."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autoskl.core.seeds import generator
from autoskl.execution.executor import Executor, Limits, Outcome
from autoskl.metalearning.building.corpus import INDEX, CorpusEntry, read_corpus, table_file
from autoskl.metalearning.building.measurement import (
    ALL_FOLDS,
    UNREADABLE,
    Measurement,
    MeasurementJob,
    finite_losses,
)
from autoskl.metalearning.building.meta_feature_job import MetaFeatureJob
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.building.racing import lost_candidates, read_losses
from autoskl.metalearning.building.sampling import STAGES, Stage
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.machine import this_machine
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.configuration_row import configuration_row
from autoskl.metalearning.store.feature_rows import feature_rows
from autoskl.metalearning.store.provenance import environment_row, machine_row
from autoskl.metalearning.store.store import Store
from autoskl.metalearning.store.work_queue import Scope, WorkQueue, WorkUnit

WAVE = 8
"""Configurations evaluated on a task before the next task has its turn."""

_WALL_TIME_FACTOR = 40.0
"""Wall-clock limit of a unit relative to its CPU limit, as the machine may be busy."""

_META_FEATURE_SECONDS = 300.0

_COSTLY_SHARE = 0.3
"""Share of the tasks, the largest ones, that wait until all others are done."""

_LATE_PRIORITY = 5 * 10**6
_REPORT_EVERY = 100
_STAGE_PRIORITY = {"H": 0, "F": 1, "L": 2}


class Builder:
    """Fills a store with evaluations; can be stopped at any time and resumed.

    Parameters
    ----------
    folder : Path
        Folder of the corpus, see `read_corpus`.
    store : Store
    predictions : Path
        Folder for the predictions from which `learn` simulates ensembles.
    candidates : sequence of PortableConfiguration
        In order of evaluation.
    stage : {"H", "F", "L"}
    names : collection of str, default=None
        Data sets; all by default.

    Raises
    ------
    ValueError
        If the folder lacks one of them or its file.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        predictions: Path,
        candidates: Sequence[PortableConfiguration],
        stage: str,
        names: Iterable[str] | None = None,
    ) -> None:
        self._folder = folder
        self._store = store
        self._files = PredictionFiles(predictions)
        self._candidates = _by_key(candidates)
        self._stage: Stage = STAGES[stage]
        self._entries = {entry.name: entry for entry in _order_tasks(_select(folder, names))}
        self._environment = environment_row()
        self._machine = machine_row(this_machine().factors())
        self._register()
        self._queue = WorkQueue(store)
        self._queue.add(self._units())
        self._scope = Scope(stage, tuple(self._entries), tuple(self._candidates))

    def counts(self) -> tuple[int, int]:
        """Return the numbers of done and of all its units."""
        return self._queue.counts(self._scope)

    def statuses(self) -> Counter[str]:
        """Return the numbers of results of its units by status."""
        scope = self._scope
        keys = {"task": list(scope.tasks), "configuration": list(scope.configurations)}
        rows = self._store.rows(schema.RESULTS, stage=scope.stage, **keys)
        return Counter(row["status"] for row in rows)

    def run(
        self,
        executor: Executor,
        time_limit: float,
        clock: Callable[[], float] = time.monotonic,
        report: Callable[[str], None] = lambda text: None,
    ) -> int:
        """Evaluate until the time limit or until all is done; return the number of units done.

        Parameters
        ----------
        executor : Executor
            Must run workers with one thread each.
        time_limit : float
            Seconds; running units are finished.
        clock : callable, default=time.monotonic
        report : callable, default=nothing
            Receives a line of progress from time to time.

        Raises
        ------
        ValueError
            If a data set cannot be read; its units stay in the queue.
        """
        started, n_done = clock(), 0
        self._extract_meta_features(executor)
        self._race()
        limits = Limits(self._stage.cpu_seconds * _WALL_TIME_FACTOR)
        leased: list[WorkUnit] = []
        running: dict[int, WorkUnit] = {}
        try:
            while True:
                if clock() - started < time_limit:
                    n_free = executor.slots + 1 - len(running)
                    leased = self._queue.lease(max(n_free, 0), self._scope)
                while leased:
                    ticket = executor.submit(self._job(leased[0]), limits)
                    running[ticket] = leased.pop(0)
                if not running:
                    return n_done
                for ticket, outcome in executor.wait():
                    self._store_result(running.pop(ticket), outcome)
                    n_done += 1
                    if n_done % _REPORT_EVERY == 0:
                        self._race()
                        done, total = self.counts()
                        report(f"{done} of {total} units after {clock() - started:.0f} s")
        finally:
            self._queue.release([*running.values(), *leased])

    def _extract_meta_features(self, executor: Executor) -> None:
        """Extract the meta-features of data sets without any."""
        known = {row["task"] for row in self._store.rows(schema.META_FEATURES)}
        missing = [entry for name, entry in self._entries.items() if name not in known]
        running: dict[int, str] = {}
        while missing or running:
            while missing and len(running) < executor.slots:
                entry = missing.pop(0)
                call = MetaFeatureJob(str(self._folder), entry, self._stage)
                running[executor.submit(call, Limits(_META_FEATURE_SECONDS))] = entry.name
            for ticket, outcome in executor.wait():
                name = running.pop(ticket)
                if isinstance(outcome.value, dict):
                    self._store.add(schema.META_FEATURES, feature_rows(name, outcome.value))

    def _race(self) -> None:
        """Defer candidates that have lost the race until all others are done."""
        self._queue.postpone(
            lost_candidates(read_losses(self._store, self._stage.name)), self._stage.name
        )

    def _job(self, unit: WorkUnit) -> MeasurementJob:
        return MeasurementJob(
            str(self._folder),
            self._entries[unit.task],
            self._stage,
            unit.repeat,
            unit.fold,
            self._candidates[unit.configuration],
        )

    def _store_result(self, unit: WorkUnit, outcome: Outcome) -> None:
        """Store a result and its predictions, then mark the unit as done."""
        measured = outcome.value
        if not isinstance(measured, Measurement):
            measured = Measurement(str(outcome.status), outcome.reason[:200])
        if measured.status == UNREADABLE:
            self._queue.release([unit])
            raise ValueError(
                f"The data set {unit.task} in {self._folder} cannot be read: {measured.reason} "
                "Repeat the command after mending it, or name the others with --only."
            )
        offset = None
        if measured.validation is not None and measured.test is not None:
            predictions = np.concatenate([measured.validation, measured.test])
            y = np.concatenate([measured.y_validation, measured.y_test])
            split = (unit.task, unit.stage, unit.repeat)
            self._files.write_target(*split, y)
            offset = self._files.append(*split, predictions)
            self._store.add(schema.SPLITS, [self._split_row(unit, measured)])
        self._store.add(
            schema.RESULTS,
            [
                {
                    **unit.key(),
                    "environment": self._environment["key"],
                    "machine": self._machine["key"],
                    "status": measured.status,
                    "reason": measured.reason,
                    "losses": finite_losses(measured.losses or {}),
                    "cpu_seconds": round(measured.cpu_seconds, 5),
                    "wall_seconds": round(measured.wall_seconds, 5),
                    "predict_seconds": round(measured.predict_seconds, 6),
                    "peak_bytes": float(outcome.peak_bytes),
                    "iterations": measured.iterations,
                    "offset": offset,
                    "created": time.time(),
                }
            ],
        )
        self._queue.finish(unit)

    def _split_row(self, unit: WorkUnit, measured: Measurement) -> dict[str, Any]:
        fit, validation, test, columns, outputs = measured.shape
        return {
            "task": unit.task,
            "stage": unit.stage,
            "repeat": unit.repeat,
            "rows_fit": fit,
            "rows_validation": validation,
            "rows_test": test,
            "columns": columns,
            "outputs": outputs,
            "folds": self._stage.n_folds,
        }

    def _register(self) -> None:
        self._store.add(schema.ENVIRONMENTS, [self._environment])
        self._store.add(schema.MACHINES, [self._machine])
        self._store.add(schema.TASKS, [_task_row(entry) for entry in self._entries.values()])
        rows = [configuration_row(c) for c in self._candidates.values()]
        # Replaced, since a candidate may apply to more tasks than before.
        self._store.replace(schema.CONFIGURATIONS, rows)

    def _units(self) -> Iterator[tuple[WorkUnit, int]]:
        base = _STAGE_PRIORITY[self._stage.name] * 10**7
        n_cheap = round((1 - _COSTLY_SHARE) * len(self._entries))
        # Folds share their number of iterations, so they form one unit.
        fold = ALL_FOLDS if self._stage.n_folds > 1 else 0
        for place, candidate in enumerate(self._candidates.values()):
            for number, entry in enumerate(self._entries.values()):
                if entry.task not in candidate.tasks:
                    continue
                # Tasks take turns; each turn is a wave of configurations.
                priority = base + place // WAVE * 10**5 + number * 100 + place % WAVE
                late = _LATE_PRIORITY if number >= n_cheap else 0
                unit = WorkUnit(entry.name, self._stage.name, 0, candidate.key, fold)
                yield unit, priority + late


def _select(folder: Path, names: Iterable[str] | None) -> list[CorpusEntry]:
    """Return the data sets of a folder with these names."""
    entries = read_corpus(folder)
    wanted = {entry.name for entry in entries} if names is None else set(names)
    unknown = sorted(wanted - {entry.name for entry in entries})
    if unknown:
        raise ValueError(f"{folder} has no data set {', '.join(unknown)}.")
    chosen = [entry for entry in entries if entry.name in wanted]
    missing = [f"{entry.name}.csv" for entry in chosen if table_file(folder, entry) is None]
    if missing:
        raise ValueError(
            f"{folder} has no {', '.join(missing)}, which its {INDEX} lists. Add the file, or name "
            "the other data sets with --only."
        )
    return chosen


def _order_tasks(entries: Iterable[CorpusEntry]) -> list[CorpusEntry]:
    """Return the costly tasks last, the others shuffled: the first ones are representative."""
    by_size = sorted(entries, key=_size)
    n_cheap = round((1 - _COSTLY_SHARE) * len(by_size))
    shuffled = generator("turns").permutation(n_cheap)
    return [*(by_size[i] for i in shuffled), *by_size[n_cheap:]]


def _by_key(candidates: Iterable[PortableConfiguration]) -> dict[str, PortableConfiguration]:
    """Index candidates by key; duplicates for several tasks become one candidate."""
    found: dict[str, PortableConfiguration] = {}
    for candidate in candidates:
        known = found.get(candidate.key, candidate)
        tasks = tuple(dict.fromkeys((*known.tasks, *candidate.tasks)))
        found[candidate.key] = replace(known, tasks=tasks)
    return found


def _task_row(entry: CorpusEntry) -> dict[str, Any]:
    return {
        "key": entry.name,
        "origin": "shipped",
        "type": str(entry.task),
        "rows": entry.rows,
        "columns": entry.columns,
        "classes": 0,
        "group": entry.group,
        "weight": entry.weight,
        "created": time.time(),
    }


def _size(entry: CorpusEntry) -> tuple[int, str]:
    return min(entry.rows, 4_000) * entry.columns, entry.name
