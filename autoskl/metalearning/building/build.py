"""Evaluate configurations over a folder of data sets, for as long as one likes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autoskl.core.seeds import generator
from autoskl.execution.executor import Executor, Limits, Outcome
from autoskl.metalearning.building.corpus import CorpusEntry, read_corpus
from autoskl.metalearning.building.description import Description
from autoskl.metalearning.building.measurement import ALL_FOLDS, Job, Measurement, plain
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.building.racing import losers, read_losses
from autoskl.metalearning.building.sampling import STAGES, Stage
from autoskl.metalearning.candidates import Candidate
from autoskl.metalearning.machine import this_machine
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.configuration_row import configuration_row
from autoskl.metalearning.store.feature_rows import feature_rows
from autoskl.metalearning.store.store import Store
from autoskl.metalearning.store.surroundings import environment_row, machine_row
from autoskl.metalearning.store.work_queue import Scope, WorkQueue, WorkUnit

WAVE = 8
"""Configurations that a task gets at a time, before the next task has its turn."""

_HARD_FACTOR = 40.0
"""Wall-clock limit of a unit over its limit in CPU seconds: the machine may be busy."""

_DESCRIPTION_SECONDS = 300.0

_COSTLY_SHARE = 0.3
"""Share of the tasks, the largest, that wait until all others have everything."""

_LATE = 5 * 10**6
_REPORT_EVERY = 100
_STAGE_PRIORITY = {"H": 0, "F": 1, "L": 2}


class Builder:
    """Fills a store; can be stopped at any moment and started again.

    Parameters
    ----------
    folder : Path
        Of data sets, see `read_corpus`.
    store : Store
    predictions : Path
        Folder for predictions, which `learn` needs to simulate ensembles.
    candidates : sequence of Candidate
        The first ones are tried first.
    stage : {"H", "F", "L"}
    names : collection of str, default=None
        Data sets; all by default.

    Raises
    ------
    ValueError
        When the folder lacks one of them.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        predictions: Path,
        candidates: Sequence[Candidate],
        stage: str,
        names: Iterable[str] | None = None,
    ) -> None:
        self._folder = folder
        self._store = store
        self._files = PredictionFiles(predictions)
        self._candidates = _by_key(candidates)
        self._stage: Stage = STAGES[stage]
        self._entries = {entry.name: entry for entry in _in_turn(_chosen(folder, names))}
        self._environment = environment_row()
        self._machine = machine_row(this_machine().factors())
        self._register()
        self._queue = WorkQueue(store)
        self._queue.add(self._units())
        self._scope = Scope(stage, tuple(self._entries), tuple(self._candidates))

    def counts(self) -> tuple[int, int]:
        """Return how many of its units are done, and how many there are."""
        return self._queue.counts(self._scope)

    def run(
        self,
        executor: Executor,
        time_limit: float,
        clock: Callable[[], float] = time.monotonic,
        report: Callable[[str], None] = lambda text: None,
    ) -> int:
        """Evaluate until the time is up or nothing is left; return how many units were done.

        Parameters
        ----------
        executor : Executor
            Its workers have one thread each.
        time_limit : float
            Seconds; what runs then is finished.
        clock : callable, default=time.monotonic
        report : callable, default=nothing
            Told a line now and then.
        """
        started, n_done = clock(), 0
        self._describe(executor)
        self._race()
        limits = Limits(self._stage.cpu_seconds * _HARD_FACTOR)
        taken: list[WorkUnit] = []
        under_way: dict[int, WorkUnit] = {}
        try:
            while True:
                if clock() - started < time_limit:
                    n_free = executor.slots + 1 - len(under_way)
                    taken = self._queue.lease(max(n_free, 0), self._scope)
                while taken:
                    ticket = executor.submit(self._job(taken[0]), limits)
                    under_way[ticket] = taken.pop(0)
                if not under_way:
                    return n_done
                for ticket, outcome in executor.wait():
                    self._keep(under_way.pop(ticket), outcome)
                    n_done += 1
                    if n_done % _REPORT_EVERY == 0:
                        self._race()
                        done, there = self.counts()
                        report(f"{done} of {there} units after {clock() - started:.0f} s")
        finally:
            self._queue.release([*under_way.values(), *taken])

    def _describe(self, executor: Executor) -> None:
        """Find the meta-features of the data sets that have none yet."""
        known = {row["task"] for row in self._store.rows(schema.META_FEATURES)}
        missing = [entry for name, entry in self._entries.items() if name not in known]
        under_way: dict[int, str] = {}
        while missing or under_way:
            while missing and len(under_way) < executor.slots:
                entry = missing.pop(0)
                call = Description(str(self._folder), entry, self._stage)
                under_way[executor.submit(call, Limits(_DESCRIPTION_SECONDS))] = entry.name
            for ticket, outcome in executor.wait():
                name = under_way.pop(ticket)
                if isinstance(outcome.value, dict):
                    self._store.add(schema.META_FEATURES, feature_rows(name, outcome.value))

    def _race(self) -> None:
        """Let candidates that have lost wait until all others are done."""
        self._queue.postpone(losers(read_losses(self._store, self._stage.name)), self._stage.name)

    def _job(self, unit: WorkUnit) -> Job:
        return Job(
            str(self._folder),
            self._entries[unit.task],
            self._stage,
            unit.repeat,
            unit.fold,
            self._candidates[unit.configuration],
        )

    def _keep(self, unit: WorkUnit, outcome: Outcome) -> None:
        """Write a result and the predictions, then note that the unit is done."""
        found = outcome.value
        if not isinstance(found, Measurement):
            found = Measurement(str(outcome.status), outcome.reason[:200])
        offset = None
        if found.validation is not None and found.test is not None:
            both = np.concatenate([found.validation, found.test])
            place = (unit.task, unit.stage, unit.repeat)
            self._files.write_target(*place, np.concatenate([found.y_validation, found.y_test]))
            offset = self._files.append(*place, both)
            self._store.add(schema.SPLITS, [self._split_row(unit, found)])
        self._store.add(
            schema.RESULTS,
            [
                {
                    **unit.key(),
                    "environment": self._environment["key"],
                    "machine": self._machine["key"],
                    "status": found.status,
                    "reason": found.reason,
                    "losses": plain(found.losses or {}),
                    "cpu_seconds": round(found.cpu_seconds, 5),
                    "wall_seconds": round(found.wall_seconds, 5),
                    "predict_seconds": round(found.predict_seconds, 6),
                    "peak_bytes": float(outcome.peak_bytes),
                    "iterations": found.iterations,
                    "offset": offset,
                    "created": time.time(),
                }
            ],
        )
        self._queue.finish(unit)

    def _split_row(self, unit: WorkUnit, found: Measurement) -> dict[str, Any]:
        fit, validation, test, columns, outputs = found.shape
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
        # Replaced, since a candidate may be for more tasks than it was.
        self._store.replace(schema.CONFIGURATIONS, rows)

    def _units(self) -> Iterator[tuple[WorkUnit, int]]:
        base = _STAGE_PRIORITY[self._stage.name] * 10**7
        n_cheap = round((1 - _COSTLY_SHARE) * len(self._entries))
        # Folds share one number of iterations, so that they are one unit.
        fold = ALL_FOLDS if self._stage.n_folds > 1 else 0
        for place, candidate in enumerate(self._candidates.values()):
            for number, entry in enumerate(self._entries.values()):
                if entry.task not in candidate.tasks:
                    continue
                # The tasks have their turns in order; each then gets a few configurations.
                priority = base + place // WAVE * 10**5 + number * 100 + place % WAVE
                late = _LATE if number >= n_cheap else 0
                unit = WorkUnit(entry.name, self._stage.name, 0, candidate.key, fold)
                yield unit, priority + late


def _chosen(folder: Path, names: Iterable[str] | None) -> list[CorpusEntry]:
    """Return the data sets of a folder that have these names."""
    entries = read_corpus(folder)
    if names is None:
        return entries
    wanted = set(names)
    unknown = sorted(wanted - {entry.name for entry in entries})
    if unknown:
        raise ValueError(f"{folder} has no data set {', '.join(unknown)}.")
    return [entry for entry in entries if entry.name in wanted]


def _in_turn(entries: Iterable[CorpusEntry]) -> list[CorpusEntry]:
    """Return the costly tasks last, the others mixed: the first ones speak for all."""
    by_size = sorted(entries, key=_size)
    n_cheap = round((1 - _COSTLY_SHARE) * len(by_size))
    mixed = generator("turns").permutation(n_cheap)
    return [*(by_size[i] for i in mixed), *by_size[n_cheap:]]


def _by_key(candidates: Iterable[Candidate]) -> dict[str, Candidate]:
    """Index candidates; the same values listed for several tasks are one candidate."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        before = found.get(candidate.key, candidate)
        tasks = tuple(dict.fromkeys((*before.tasks, *candidate.tasks)))
        found[candidate.key] = replace(before, tasks=tasks)
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
