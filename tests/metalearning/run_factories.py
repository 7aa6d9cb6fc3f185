"""Synthetic runs with known losses."""

from __future__ import annotations

import numpy as np

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.task import Task
from autoskl.core.trial import Trial
from autoskl.history.history import History
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

METRIC = "neg_log_loss"
COLUMNS = tuple(Column(f"secret {name}", Kind.NUMERIC) for name in "abc")


def dataset(seed: int = 0, n_rows: int = 80) -> Dataset:
    """Return a small binary task."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 3))
    y = (X[:, 0] > 0).astype(np.int64)
    return Dataset(X=X, y=y, columns=COLUMNS, task=Task.BINARY, n_classes=2)


def space() -> Space:
    """Return the space of these tasks."""
    shape = Shape(n_rows=80, n_columns=3, n_classes=2)
    return pipeline_space(Task.BINARY, COLUMNS, shape, is_sparse=False)


def leaves(n: int) -> Configuration:
    """Return boosted trees with this number of leaves."""
    return space().complete({"model": "lightgbm", "lightgbm:num_leaves": n})


def history(losses: dict[Configuration, list[float]]) -> History:
    """Return a run with these losses by fold; an infinite loss is a failure."""
    made = History()
    for number, (configuration, values) in enumerate(losses.items()):
        trial = Trial(number, configuration)
        made.add_trial(trial)
        for fold, loss in enumerate(values):
            result = FoldResult(
                fold, Status.OK, np.arange(2), np.zeros((1, 2, 2)), losses=(loss,), fit_seconds=0.5
            )
            if loss == float("inf"):
                result = failed_fold(fold, Status.RAISED, "the secret value 42 was bad")
            made.add_result(trial, result)
    return made
