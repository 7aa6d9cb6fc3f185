"""Results of a store in the form that the simulation of ensembles needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.components.registry import component
from autoskl.core.seeds import generator
from autoskl.core.task import Task
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.building.sampling import STAGES
from autoskl.metalearning.candidates import PortableConfiguration, checked_values
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

Floats = NDArray[np.floating[Any]]

_MAX_ROWS = 1_000
"""Maximum number each of validation and test rows used in simulations."""

MEAN_FOLDS = 3.0
"""Mean number of folds that a fit evaluates: one for bad candidates, five for good ones."""

MIN_PROBABILITY = 1e-7
"""Lower bound of the probability of the true class."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TaskEvidence:
    """Results of all candidates on a task.

    Attributes
    ----------
    name, group : str
    task : Task
    rows, columns, classes : int
        Sizes of the whole table.
    weight : float
    validation, test : ndarray of float32 of shape (n_candidates, n_rows)
        Classification: the probability of the true class, which suffices for the log loss.
        Regression: the predicted values. NaN where there is no result.
    y_validation, y_test : ndarray of float32 of shape (n_rows,)
        Regression only, else zeros.
    seconds : ndarray of float of shape (n_candidates,)
        CPU seconds of one fold on the sample; NaN where unknown.
    rows_fit : int
        Training rows of the sample.
    """

    name: str
    group: str
    task: Task
    rows: int
    columns: int
    classes: int
    weight: float
    validation: Floats
    test: Floats
    y_validation: Floats
    y_test: Floats
    seconds: NDArray[np.float64]
    rows_fit: int

    @property
    def known(self) -> NDArray[np.bool_]:
        """Mask of the candidates with predictions."""
        known: NDArray[np.bool_] = ~np.isnan(self.validation[:, 0])
        return known

    def loss_on_validation(self, predictions: Floats) -> NDArray[np.float64]:
        """Return the losses of predictions (..., n_rows) on the validation rows."""
        return loss_of(predictions, self.y_validation, self.task)

    def loss_on_test(self, predictions: Floats) -> NDArray[np.float64]:
        """Return the losses of predictions (..., n_rows) on the test rows."""
        return loss_of(predictions, self.y_test, self.task)

    @property
    def growth(self) -> float:
        """Seconds of a fit on the whole table relative to the sample."""
        return float(max(1.0, 0.75 * self.rows / self.rows_fit) ** 0.9)

    def full_seconds(self, candidates: Sequence[PortableConfiguration]) -> NDArray[np.float64]:
        """Return the seconds that a fit spends on each candidate, on the whole table."""
        folds = [1.5 if component(c.family).tags.out_of_bag else MEAN_FOLDS for c in candidates]
        seconds: NDArray[np.float64] = self.seconds * self.growth * np.array(folds) + 0.05
        return seconds


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Tasks of one kind and the candidates tried on them.

    Attributes
    ----------
    candidates : tuple of PortableConfiguration
    tasks : tuple of TaskEvidence
    """

    candidates: tuple[PortableConfiguration, ...]
    tasks: tuple[TaskEvidence, ...]

    def without(self, groups: Collection[str]) -> Evidence:
        """Return the evidence without the tasks of some groups."""
        kept = tuple(task for task in self.tasks if task.group not in groups)
        return Evidence(self.candidates, kept)

    def only(self, groups: Collection[str]) -> Evidence:
        """Return the evidence on the tasks of some groups."""
        return Evidence(self.candidates, tuple(t for t in self.tasks if t.group in groups))


def n_fits(family: str, n_folds: int) -> int:
    """Return the number of fits in a unit of all folds: one for an out-of-bag forest.

    Parameters
    ----------
    family : str
    n_folds : int
        Number of folds of the stage.
    """
    return 1 if component(family).tags.out_of_bag else n_folds


def read_evidence(
    store: Store, files: PredictionFiles, tasks: Iterable[Task], stage: str = "H"
) -> Evidence:
    """Read the results of a stage on tasks of some types.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    tasks : iterable of Task
        Types of tasks that share their candidates.
    stage : str, default="H"
    """
    wanted = {str(task) for task in tasks}
    candidates = tuple(
        PortableConfiguration(
            tuple(Task(name) for name in row["tasks"]),
            checked_values(row["values"]),
            row["origin"],
        )
        for row in store.rows(schema.CONFIGURATIONS)
        if wanted & set(row["tasks"])
    )
    place = {candidate.key: i for i, candidate in enumerate(candidates)}
    splits = {row["task"]: row for row in store.rows(schema.SPLITS, stage=stage, repeat=0)}
    results: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in store.rows(schema.RESULTS, stage=stage, repeat=0):
        if row["configuration"] in place:
            results[row["task"]].append(row)
    found = [
        _task(row, splits[row["key"]], results[row["key"]], candidates, files, stage)
        for row in sorted(store.rows(schema.TASKS), key=lambda row: str(row["key"]))
        if row["type"] in wanted and row["key"] in splits
    ]
    return Evidence(candidates, tuple(task for task in found if task is not None))


def _task(
    row: Mapping[str, Any],
    split: Mapping[str, Any],
    results: Sequence[Mapping[str, Any]],
    candidates: Sequence[PortableConfiguration],
    files: PredictionFiles,
    stage: str,
) -> TaskEvidence | None:
    place = {candidate.key: i for i, candidate in enumerate(candidates)}
    task, name = Task(row["type"]), str(row["key"])
    y = files.read_target(name, stage, 0)
    if y is None:
        return None
    n_validation, outputs = split["rows_validation"], split["outputs"]
    rows = _draw_rows(n_validation, len(y), name)
    y, n = y[rows], int(np.sum(rows < n_validation))
    predictions = np.full((len(place), len(y)), np.nan, np.float32)
    seconds = np.full(len(place), np.nan)
    for result in results:
        i = place[result["configuration"]]
        if result["status"] != "skipped":
            spent = result["cpu_seconds"] + result["predict_seconds"]
            per_unit = n_fits(candidates[i].family, split["folds"])
            # A worker that died could not report its seconds.
            seconds[i] = spent / per_unit if spent > 0 else STAGES[stage].cpu_seconds
        if result["offset"] is None:
            continue
        shape = (split["rows_validation"] + split["rows_test"], outputs)
        kept = files.read(name, stage, 0, result["offset"], shape)
        if kept is not None:
            predictions[i] = _reduce(kept[rows], y, task)
    values = np.zeros(len(y)) if task.is_classification else y
    return TaskEvidence(
        name=name,
        group=str(row["group"]),
        task=task,
        rows=int(row["rows"]),
        columns=int(row["columns"]),
        classes=outputs,
        weight=float(row["weight"]),
        validation=predictions[:, :n],
        test=predictions[:, n:],
        y_validation=values[:n].astype(np.float32),
        y_test=values[n:].astype(np.float32),
        seconds=seconds,
        rows_fit=int(split["rows_fit"]),
    )


def _draw_rows(n_validation: int, n_rows: int, name: str) -> NDArray[np.intp]:
    """Return the positions of the rows used, validation rows first."""
    rng = generator("evidence", name)
    validation = rng.permutation(n_validation)[:_MAX_ROWS]
    test = n_validation + rng.permutation(n_rows - n_validation)[:_MAX_ROWS]
    return np.concatenate([np.sort(validation), np.sort(test)])


def _reduce(predictions: NDArray[np.float16], y: NDArray[Any], task: Task) -> Floats:
    """Return the probability of the true class or the predicted value for each row."""
    if not task.is_classification:
        return predictions[:, 0].astype(np.float32)
    chosen: Floats = predictions[np.arange(len(y)), y.astype(np.intp)].astype(np.float32)
    return np.maximum(chosen, MIN_PROBABILITY)


def loss_of(predictions: Floats, y: Floats, task: Task) -> NDArray[np.float64]:
    """Return the log loss or the root mean squared error of predictions (..., n_rows).

    Parameters
    ----------
    predictions : ndarray of float of shape (..., n_rows)
        As in `TaskEvidence`.
    y : ndarray of float of shape (n_rows,)
        Regression only.
    task : Task
    """
    if task.is_classification:
        logarithm: NDArray[np.float64] = -np.log(np.maximum(predictions, MIN_PROBABILITY)).mean(
            axis=-1
        )
        return logarithm
    errors: NDArray[np.float64] = np.sqrt(((predictions - y) ** 2).mean(axis=-1))
    return errors
