"""Synthetic prior tasks: small ones favour the second configuration, large ones the third."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autoskl.core.task import Task
from autoskl.metalearning.metafeatures.extraction import NAMES
from autoskl.metalearning.prior_tasks import PriorTasks

KEYS = ("a", "b", "c", "d")
SMALL, LARGE = 8.0, 16.0


def features(log_rows: float) -> dict[str, float]:
    """Return the meta-features of a table, with only the number of rows known."""
    return {**dict.fromkeys(NAMES, np.nan), "log_rows": log_rows}


def prior_tasks(keys: Sequence[str] = KEYS, task: Task = Task.BINARY) -> PriorTasks:
    """Return small tasks that favour the second configuration, and large ones the third."""
    kinds = [(SMALL, [1.0, 0.1, 0.9, 0.8]), (LARGE, [1.0, 0.9, 0.1, 0.8])]
    rows = [(size + 0.1 * i, regrets) for i in range(12) for size, regrets in kinds]
    return PriorTasks(
        names=tuple(f"t{i}" for i in range(len(rows))),
        types=(task,) * len(rows),
        weights=np.ones(len(rows)),
        features=np.array([list(features(size).values()) for size, _ in rows]),
        keys=tuple(keys),
        regrets=np.array([regrets for _, regrets in rows]),
    )
