"""Accuracy of the cost priors: measured versus predicted CPU seconds.

python benchmarks/costs.py [--families linear sgd ...] [--most-seconds 20] [--shapes]

The default of each family is fitted, with the steps that its pipeline needs, on synthetic tables of
several shapes. A fit that exceeds the limit counts as taking that long. Run it with one thread:
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from autoskl.components.component import Context, Role, Shape
from autoskl.components.registry import component, components
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.costs import predicted_seconds
from autoskl.metalearning.shipped import shipped_metadata
from autoskl.pipelines.builder import build
from autoskl.pipelines.costs import model_input
from autoskl.tables.columns import Column, Kind

LEVELS = (20, 40, 80, 120, 200)
LEAST_SECONDS, MOST_REPEATS = 0.1, 20


@dataclass(frozen=True)
class Table:
    """A synthetic table of one shape."""

    rows: int
    columns: int
    classes: int
    categories: bool = False

    @property
    def task(self) -> Task:
        """The task; one class means regression."""
        if self.classes == 1:
            return Task.REGRESSION
        return Task.BINARY if self.classes == 2 else Task.MULTICLASS

    @property
    def context(self) -> Context:
        """The context of a fit."""
        levels = LEVELS if self.categories else ()
        numbers = self.columns - len(levels)
        columns = [Column(f"c{i}", Kind.CATEGORICAL, n) for i, n in enumerate(levels)]
        columns += [Column(f"n{i}", Kind.NUMERIC) for i in range(numbers)]
        shape = Shape(n_rows=self.rows, n_columns=self.columns, n_classes=self.classes)
        return Context(task=self.task, columns=tuple(columns), shape=shape)

    def data(self):
        """Return X and y; a third of the numeric columns are informative."""
        rng = np.random.default_rng(0)
        levels = LEVELS if self.categories else ()
        codes = [rng.integers(0, n, self.rows) for n in levels]
        numbers = rng.standard_normal((self.rows, self.columns - len(levels)))
        numbers = numbers * np.exp(rng.uniform(-1, 1, numbers.shape[1]))
        effects = [rng.standard_normal((n, self.classes)) for n in levels]
        n_informative = max(numbers.shape[1] // 3, 2)
        scores = numbers[:, :n_informative] @ rng.standard_normal((n_informative, self.classes))
        scores += np.tanh(numbers[:, :1] * numbers[:, 1:2]) * n_informative**0.5
        scores += sum((e[c] for e, c in zip(effects, codes, strict=True)), np.zeros(1))
        scores += scores.std() * 0.5 * rng.gumbel(size=scores.shape)
        X = np.column_stack([*codes, numbers]).astype(np.float64)
        if self.classes == 1:
            return X, np.exp(scores[:, 0] / scores.std())
        y = scores.argmax(axis=1)
        y[: self.classes] = np.arange(self.classes)
        return X, y


TABLES = [
    *(Table(n, d, k) for n, d, k in product((500, 2_000, 8_000), (8, 60), (2, 8, 1))),
    *(Table(n, 15, k, categories=True) for n, k in product((500, 4_000), (2, 8, 1))),
]


def fit(family: str, table: Table, seconds: int, sender) -> None:
    """Fit in a separate process; send the seconds of the steps and of the model."""
    small = replace(table, rows=100)
    once(family, small)
    # Loading and compilation during the first fit are not counted.
    used = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds))
    # The resolution of a process clock may be low, so short fits are repeated.
    measurements = [once(family, table)]
    while (
        np.sum(measurements, axis=0)[:2].sum() < LEAST_SECONDS and len(measurements) < MOST_REPEATS
    ):
        measurements.append(once(family, table))
    sender.send(np.mean(measurements, axis=0).tolist())


def once(family: str, table: Table) -> tuple[float, float, int]:
    """Return the seconds of the steps and the model, and the columns that the model received."""
    pipeline = build(Configuration({"model": family}), table.context).pipeline
    X, y = table.data()
    start = time.process_time()
    for _, step in pipeline.steps[:-1]:
        X = step.fit_transform(X, y)
    model_start = time.process_time()
    pipeline.steps[-1][1].fit(X, y)
    if family == "k_nearest_neighbors":
        predict = "predict_proba" if table.classes > 1 else "predict"
        getattr(pipeline.steps[-1][1], predict)(X[: len(X) // 4])
    return model_start - start, time.process_time() - model_start, X.shape[1]


def measure(family: str, table: Table, most: int):
    """Return the seconds of the steps and the model, and the columns that the model received."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=fit, args=(family, table, most, sender)
    )
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return 0.0, float(most), 0
    finally:
        process.join()


def report(family: str, arguments: argparse.Namespace) -> None:
    """Print a line for a family, and for each shape if requested."""
    entry, ratios, steps, learned = component(family), [], [], []
    for table in TABLES:
        context = table.context
        if table.task not in entry.tags.tasks:
            continue
        prepared = model_input(Configuration({"model": family}), context)
        if not entry.fits(context.shape):
            continue
        prior = entry.cost({}, prepared.shape).seconds
        if prior > 3 * arguments.most_seconds:
            continue
        before, model, width = measure(family, table, arguments.most_seconds)
        ratios.append(model / prior)
        values = {"model": family}
        learned.append(model / predicted_seconds(values, prepared.shape, shipped_metadata().costs))
        if before > 0:
            steps.append(before / prepared.cost.seconds)
        if arguments.shapes:
            expected = prepared.shape.n_columns
            print(
                f"  {table.rows:6d} x {table.columns:3d} -> {width:4.0f} ({expected:4d})"
                f" {table.classes}: {model:8.3f} s, prior {prior:8.3f}, ratio {model / prior:7.2f}"
                f", learned {learned[-1]:7.2f}; steps {before:7.4f} / {prepared.cost.seconds:7.4f}",
                flush=True,
            )
    if ratios:
        inside = np.mean([1 / 3 <= ratio <= 3 for ratio in ratios])
        print(
            f"{family:25s} median {np.median(ratios):6.2f} min {min(ratios):6.2f} "
            f"max {max(ratios):7.2f} within 3x {inside:4.0%}  "
            f"learned {np.median(learned):5.2f}  steps {np.median(steps or [1]):.2f}",
            flush=True,
        )


def main() -> None:
    """Parse the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--families", nargs="*")
    parser.add_argument("--most-seconds", type=int, default=20)
    parser.add_argument("--shapes", action="store_true", help="a line for each shape too")
    arguments = parser.parse_args()
    known = {n for task in Task for n in components(Role.MODEL, task)} - {"constant"}
    for family in arguments.families or sorted(known):
        report(family, arguments)


if __name__ == "__main__":
    main()
