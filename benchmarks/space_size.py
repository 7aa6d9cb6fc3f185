"""The size of the default search space, and the time to build it and to sample from it.

python benchmarks/space_size.py
"""

from __future__ import annotations

import time
from collections import Counter

import numpy as np

from autoskl.components.component import Role, Shape
from autoskl.components.registry import components
from autoskl.core.task import Task
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind

KINDS = (Kind.NUMERIC, Kind.CATEGORICAL, Kind.DATETIME, Kind.TEXT)
N_CLASSES = {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 1}


def space_of(task: Task, kinds: tuple[Kind, ...]) -> Space:
    """Return the default space of a table with missing values and the given kinds of columns."""
    columns = tuple(Column(f"{kind}", kind, n_levels=20, has_missing=True) for kind in kinds)
    shape = Shape(n_rows=5_000, n_columns=len(columns), n_classes=N_CLASSES[task])
    return pipeline_space(task, columns, shape, is_sparse=False)


def milliseconds(call, repeats: int = 5) -> float:
    """Return the milliseconds of the fastest of several calls."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return 1e3 * min(seconds)


def report(task: Task, kinds: tuple[Kind, ...]) -> None:
    """Print a line for the space of one table."""
    space = space_of(task, kinds)
    rng = np.random.default_rng(0)
    active = [len(configuration) for configuration in space.sample(rng, 500)]
    built = milliseconds(lambda: space_of(task, kinds))
    sampled = milliseconds(lambda: space.sample(rng, 10))
    print(
        f"{task}, {' + '.join(kinds)}: {len(space)} hyperparameters, depth {space.depth}, "
        f"{len(space.default())} active by default, {np.mean(active):.0f} in a sample; "
        f"build {built:.0f} ms, 10 samples {sampled:.1f} ms"
    )


def main() -> None:
    """Print the sizes of the catalogue and of the spaces of several tables."""
    roles = Counter(entry.role for entry in components().values())
    counts = ", ".join(f"{roles[role]} {role}" for role in Role if roles[role])
    print(f"{sum(roles.values())} components: {counts}")
    names: set[str] = set()
    for task in Task:
        for kinds in ((Kind.NUMERIC,), KINDS):
            report(task, kinds)
        names |= space_of(task, KINDS).parameters.keys()
    print(f"{len(names)} hyperparameters over all tasks")


if __name__ == "__main__":
    main()
