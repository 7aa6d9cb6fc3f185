"""The shipped table of prior tasks: their meta-features and the regrets of configurations."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autoskl.core.task import Task
from autoskl.metalearning.metafeatures.extraction import NAMES
from autoskl.metalearning.shipped import metadata_folder, raise_store_error

TASKS_FILE = "tasks.csv"
REGRETS_FILE = "regrets.csv"

_TASK_COLUMNS = ("task", "type", "weight")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriorTasks:
    """Prior tasks and the regret of each configuration on each of them.

    Attributes
    ----------
    names : tuple of str
    types : tuple of Task
    weights : ndarray of shape (n_tasks,)
        Near-duplicates and artificial data count less.
    features : ndarray of shape (n_tasks, n_features)
        Meta-features in the order of `NAMES`, NaN where unknown.
    keys : tuple of str
        Keys of the configurations.
    regrets : ndarray of shape (n_tasks, n_configurations)
        0 is the best known ensemble, 1 the better of a linear model and boosted trees; NaN where
        a configuration was not tried.
    """

    names: tuple[str, ...]
    types: tuple[Task, ...]
    weights: NDArray[np.float64]
    features: NDArray[np.float64]
    keys: tuple[str, ...]
    regrets: NDArray[np.float64]

    def of_type(self, task: Task) -> PriorTasks:
        """Return the tasks of one type."""
        return self._take([i for i, kind in enumerate(self.types) if kind is task])

    def without(self, names: Collection[str]) -> PriorTasks:
        """Return the tasks except those with these names."""
        return self._take([i for i, name in enumerate(self.names) if name not in names])

    def merged_with(self, other: PriorTasks) -> PriorTasks:
        """Return the union of both tables; this one takes precedence."""
        names = tuple(dict.fromkeys(self.names + other.names))
        keys = tuple(dict.fromkeys(self.keys + other.keys))
        regrets = np.full((len(names), len(keys)), np.nan)
        for tasks in (other, self):
            rows = [names.index(name) for name in tasks.names]
            cells = np.ix_(rows, [keys.index(key) for key in tasks.keys])
            known = np.isfinite(tasks.regrets)
            regrets[cells] = np.where(known, tasks.regrets, regrets[cells])
        others = other.without(self.names)
        return PriorTasks(
            names=names,
            types=self.types + others.types,
            weights=np.concatenate([self.weights, others.weights]),
            features=np.vstack([self.features, others.features]),
            keys=keys,
            regrets=regrets,
        )

    def _take(self, positions: Sequence[int]) -> PriorTasks:
        kept = np.array(positions, np.intp)
        return PriorTasks(
            names=tuple(self.names[i] for i in kept),
            types=tuple(self.types[i] for i in kept),
            weights=self.weights[kept],
            features=self.features[kept],
            keys=self.keys,
            regrets=self.regrets[kept],
        )


NO_TASKS = PriorTasks(
    names=(),
    types=(),
    weights=np.empty(0),
    features=np.empty((0, len(NAMES))),
    keys=(),
    regrets=np.empty((0, 0)),
)


def shipped_tasks() -> PriorTasks:
    """Return the tasks of the metadata in use, empty if these have no such files."""
    return read_tasks(metadata_folder())


@cache
def read_tasks(folder: Path) -> PriorTasks:
    """Read the tasks of a metadata folder.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    StoreError
        If the files are damaged or inconsistent.
    """
    if not (folder / TASKS_FILE).is_file():
        return NO_TASKS
    with raise_store_error("tasks", folder):
        header, tasks = _read(folder / TASKS_FILE)
        (first, *keys), regrets = _read(folder / REGRETS_FILE)
        names = tuple(line[0] for line in tasks)
        if names != tuple(line[0] for line in regrets) or first != _TASK_COLUMNS[0]:
            raise ValueError(f"{TASKS_FILE} and {REGRETS_FILE} list different tasks")
        if tuple(header) != (*_TASK_COLUMNS, *NAMES):
            raise ValueError(f"{TASKS_FILE} does not have the columns that this version expects")
        return PriorTasks(
            names=names,
            types=tuple(Task(line[1]) for line in tasks),
            weights=np.array([float(line[2]) for line in tasks]),
            features=_numbers(tasks, len(_TASK_COLUMNS), len(NAMES)),
            keys=tuple(keys),
            regrets=_numbers(regrets, 1, len(keys)),
        )


def write_tasks(folder: Path, tasks: PriorTasks) -> None:
    """Write tasks as two CSV files with few digits, one line per task.

    Parameters
    ----------
    folder : Path
    tasks : PriorTasks
    """
    leading = zip(
        tasks.names, map(str, tasks.types), map("{:.3g}".format, tasks.weights), strict=True
    )
    features = [
        (*cells, *_format(row, 3)) for cells, row in zip(leading, tasks.features, strict=True)
    ]
    _write(folder / TASKS_FILE, (*_TASK_COLUMNS, *NAMES), features)
    regrets = [
        (name, *_format(row, 2)) for name, row in zip(tasks.names, tasks.regrets, strict=True)
    ]
    _write(folder / REGRETS_FILE, ("task", *tasks.keys), regrets)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    return header, lines


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _format(values: NDArray[np.float64], digits: int) -> list[str]:
    return ["" if np.isnan(value) else f"{value:.{digits}g}" for value in values]


def _numbers(lines: Sequence[Sequence[str]], first: int, n: int) -> NDArray[np.float64]:
    rows = [[float(text) if text else np.nan for text in line[first:]] for line in lines]
    return np.array(rows, np.float64).reshape(len(lines), n)
