"""Synthetic evidence with known errors."""

from __future__ import annotations

import numpy as np

from autoskl.core.task import Task
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.learning.evidence import Evidence, TaskEvidence

FAMILIES = ("linear", "lightgbm", "extra_trees", "random_forest", "k_nearest_neighbors")


def candidates(n: int = 5) -> tuple[PortableConfiguration, ...]:
    """Return candidates of different families, in turn."""
    return tuple(
        PortableConfiguration(tuple(Task), {"model": FAMILIES[i % 5], "number": i}, "hand")
        for i in range(n)
    )


def regression_task(
    name: str,
    errors: list[float],
    seconds: list[float] | None = None,
    *,
    seed: int = 0,
    rows: int = 2_000,
) -> TaskEvidence:
    """Return a regression whose candidates have independent errors of these sizes."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=600)
    predictions = np.array([y + e * rng.normal(size=600) for e in errors], np.float32)
    return TaskEvidence(
        name=name,
        group=name,
        task=Task.REGRESSION,
        rows=rows,
        columns=10,
        classes=1,
        weight=1.0,
        validation=predictions[:, :300],
        test=predictions[:, 300:],
        y_validation=y[:300].astype(np.float32),
        y_test=y[300:].astype(np.float32),
        seconds=np.array(seconds or [0.1] * len(errors)),
        rows_fit=1_500,
    )


def evidence(errors: list[list[float]], seconds: list[float] | None = None) -> Evidence:
    """Return evidence of one task for each row of errors."""
    tasks = [regression_task(f"t{i}", row, seconds, seed=i) for i, row in enumerate(errors)]
    return Evidence(candidates(len(errors[0])), tuple(tasks))
