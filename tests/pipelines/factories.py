"""Tables with categories and missing values, and search spaces and pipelines for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Context, Shape
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.pipelines.builder import build
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.pipelines.selection import Names
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind

NUMBER = Column("size", Kind.NUMERIC)
GAPS = Column("income", Kind.NUMERIC, has_missing=True)
CITY = Column("city", Kind.CATEGORICAL, n_levels=6, has_missing=True)
PLAN = Column("plan", Kind.CATEGORICAL, n_levels=3)
MIXED = (NUMBER, CITY, GAPS, PLAN)
N_CLASSES = {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 1}


def shape_of(columns: tuple[Column, ...], task: Task, n_rows: int = 90) -> Shape:
    return Shape(n_rows=n_rows, n_columns=len(columns) or 5, n_classes=N_CLASSES[task])


def space_of_table(
    columns: tuple[Column, ...] = MIXED,
    task: Task = Task.BINARY,
    *,
    include: Names | None = None,
    exclude: Names | None = None,
) -> Space:
    """Return the space of a table; a table without columns is sparse."""
    shape = shape_of(columns, task)
    return pipeline_space(
        task, columns, shape, is_sparse=not columns, include=include, exclude=exclude
    )


def context_of(columns: tuple[Column, ...] = MIXED, task: Task = Task.BINARY) -> Context:
    return Context(task=task, columns=columns, shape=shape_of(columns, task))


def build_pipeline(configuration: Configuration, context: Context) -> Any:
    return build(configuration, context).pipeline


def rows_of(columns: tuple[Column, ...], n_rows: int = 90, seed: int = 0) -> NDArray[np.float64]:
    """Return encoded rows with missing values where the columns have some."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, len(columns)))
    for j, column in enumerate(columns):
        if column.kind is Kind.CATEGORICAL:
            X[:, j] = rng.integers(0, column.n_levels, n_rows)
        if column.has_missing:
            X[rng.random(n_rows) < 0.15, j] = np.nan
    return X


def target_of(X: NDArray[Any], task: Task) -> NDArray[Any]:
    """Return a target that depends on the first column."""
    signal = X[:, 0] + np.random.default_rng(9).normal(0, 0.3, len(X))
    if task is Task.REGRESSION:
        return signal
    cuts = np.arange(1, N_CLASSES[task]) / N_CLASSES[task]
    return np.digitize(signal, np.quantile(signal, cuts))
