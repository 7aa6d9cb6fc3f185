"""Whether every family stops by itself: CPU seconds versus a deadline.

python benchmarks/deadlines.py [--seconds 1] [--families kernel_svm ...]

The default of each family is fitted, with the steps that its pipeline needs, on synthetic tables of
several shapes. The deadline is in CPU time, so that other processes on the machine do not matter.
Run it with one thread: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import time
import warnings
from itertools import product

import numpy as np
from cpu_clock import cpu_clock

from autoskl.components.component import Context, Role, Shape
from autoskl.components.registry import component, components
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.pipelines.builder import build
from autoskl.tables.columns import Column, Kind

SHAPES = [(5_000, 30), (1_000, 500), (20_000, 20)]
CLASSES = {1: Task.REGRESSION, 2: Task.BINARY, 8: Task.MULTICLASS}
SMALL = (60, 6)


def fit(family: str, shape: Shape, task: Task, seconds: float | None) -> float:
    """Return the seconds of the steps and of the model."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((shape.n_rows, shape.n_columns))
    scores = X[:, :5] @ rng.standard_normal((5, shape.n_classes))
    scores += 0.7 * rng.gumbel(size=scores.shape)
    y = scores.argmax(axis=1) if task.is_classification else np.exp(scores[:, 0] / 2)
    columns = tuple(Column(f"c{i}", Kind.NUMERIC) for i in range(shape.n_columns))
    start = time.process_time()
    deadline = None if seconds is None else start + seconds
    context = Context(task=task, columns=columns, shape=shape, deadline=deadline)
    pipeline = build(Configuration({"model": family}), context).pipeline
    for _, step in pipeline.steps[:-1]:
        X = step.fit_transform(X, y)
    model, held = pipeline.steps[-1][1], shape.n_rows // 4
    if component(family).tags.staged:
        model.fit(X[held:], y[held:], None, validation=(X[:held], y[:held], None))
    else:
        model.fit(X, y)
    return time.process_time() - start


def report(family: str, seconds: float) -> None:
    """Print the fit that took longest."""
    entry, slowest, n_fits = component(family), (0.0, ""), 0
    for (rows, columns), (classes, task) in product(SHAPES, CLASSES.items()):
        shape = Shape(n_rows=rows, n_columns=columns, n_classes=classes)
        if task not in entry.tags.tasks or not entry.fits(shape):
            continue
        # Loading during the first fit of a process is not counted.
        fit(family, Shape(n_rows=SMALL[0], n_columns=SMALL[1], n_classes=classes), task, None)
        used = fit(family, shape, task, seconds)
        slowest = max(slowest, (used, f"{rows} x {columns}, {classes}"))
        n_fits += 1
    print(f"{family:25s} {n_fits} fits, longest {slowest[0]:5.2f} s ({slowest[1]})", flush=True)


def main() -> None:
    """Parse the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--families", nargs="*")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    known = {
        name
        for task in Task
        for name, entry in components(Role.MODEL, task).items()
        if entry.weight > 0
    }
    with cpu_clock():
        for family in arguments.families or sorted(known):
            report(family, arguments.seconds)


if __name__ == "__main__":
    main()
