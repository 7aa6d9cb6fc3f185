"""What is shipped of the data sets learned from: how they look, and what was good on them."""

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
from autoskl.metalearning.shipped import damage_told, metadata_folder

TASKS_FILE = "tasks.csv"
REGRETS_FILE = "regrets.csv"

_HEAD = ("task", "type", "weight")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PriorTasks:
    """Tasks and the regret of each configuration on each of them.

    Attributes
    ----------
    names : tuple of str
    types : tuple of Task
    weights : ndarray of shape (n_tasks,)
        How much each counts: near-duplicates and generated data less.
    features : ndarray of shape (n_tasks, n_features)
        Meta-features in the order of `NAMES`, NaN where unknown.
    keys : tuple of str
        Of the configurations.
    regrets : ndarray of shape (n_tasks, n_configurations)
        0 for the best ensemble known, 1 for the better of a linear model and boosted trees; NaN
        where a configuration was not tried.
    """

    names: tuple[str, ...]
    types: tuple[Task, ...]
    weights: NDArray[np.float64]
    features: NDArray[np.float64]
    keys: tuple[str, ...]
    regrets: NDArray[np.float64]

    def of_type(self, task: Task) -> PriorTasks:
        """Return the tasks of one type."""
        return self._at([i for i, kind in enumerate(self.types) if kind is task])

    def without(self, names: Collection[str]) -> PriorTasks:
        """Return the tasks that have other names."""
        return self._at([i for i, name in enumerate(self.names) if name not in names])

    def joined(self, other: PriorTasks) -> PriorTasks:
        """Return what both know; where both know a regret, or the rest of a task, this one's."""
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

    def _at(self, places: Sequence[int]) -> PriorTasks:
        kept = np.array(places, np.intp)
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
    """Return the tasks of the metadata in use, none where they have no such files."""
    return read_tasks(metadata_folder())


@cache
def read_tasks(folder: Path) -> PriorTasks:
    """Read the tasks of a folder of metadata.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    StoreError
        When the files are damaged or do not belong together.
    """
    if not (folder / TASKS_FILE).is_file():
        return NO_TASKS
    with damage_told("tasks", folder):
        head, tasks = _read(folder / TASKS_FILE)
        (first, *keys), found = _read(folder / REGRETS_FILE)
        names = tuple(line[0] for line in tasks)
        if names != tuple(line[0] for line in found) or first != _HEAD[0]:
            raise ValueError(f"{TASKS_FILE} and {REGRETS_FILE} list different tasks")
        if tuple(head) != (*_HEAD, *NAMES):
            raise ValueError(f"{TASKS_FILE} has other columns than this version knows")
        return PriorTasks(
            names=names,
            types=tuple(Task(line[1]) for line in tasks),
            weights=np.array([float(line[2]) for line in tasks]),
            features=_numbers(tasks, len(_HEAD), len(NAMES)),
            keys=tuple(keys),
            regrets=_numbers(found, 1, len(keys)),
        )


def write_tasks(folder: Path, tasks: PriorTasks) -> None:
    """Write tasks as two tables of text, with few digits and a line for each.

    Parameters
    ----------
    folder : Path
    tasks : PriorTasks
    """
    heads = zip(
        tasks.names, map(str, tasks.types), map("{:.3g}".format, tasks.weights), strict=True
    )
    described = [(*head, *_texts(row, 3)) for head, row in zip(heads, tasks.features, strict=True)]
    _write(folder / TASKS_FILE, (*_HEAD, *NAMES), described)
    rows = [(name, *_texts(row, 2)) for name, row in zip(tasks.names, tasks.regrets, strict=True)]
    _write(folder / REGRETS_FILE, ("task", *tasks.keys), rows)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    return head, lines


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _texts(values: NDArray[np.float64], digits: int) -> list[str]:
    return ["" if np.isnan(value) else f"{value:.{digits}g}" for value in values]


def _numbers(lines: Sequence[Sequence[str]], first: int, n: int) -> NDArray[np.float64]:
    rows = [[float(text) if text else np.nan for text in line[first:]] for line in lines]
    return np.array(rows, np.float64).reshape(len(lines), n)
