"""Tables, contexts and clocks for the tests of components."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from autoskl.components.component import Context, Shape
from autoskl.components.fitting import deadlines
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind

Table = tuple[NDArray[np.float64], NDArray[Any]]


def table(n_rows: int = 120, n_columns: int = 4, n_classes: int = 2, seed: int = 0) -> Table:
    """Return numbers and a target: class codes, or values if n_classes is 1."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_columns))
    signal = 2 * X[:, 0] - X[:, 1] + rng.normal(size=n_rows)
    if n_classes == 1:
        return X, 50 + 10 * signal
    return X, np.digitize(signal, np.quantile(signal, np.arange(1, n_classes) / n_classes))


def context_for(
    X: NDArray[Any], n_classes: int = 2, *, categorical: tuple[int, ...] = (), **changes: Any
) -> Context:
    """Return the context of a fit on a table."""
    tasks = {1: Task.REGRESSION, 2: Task.BINARY}
    columns = tuple(
        Column(f"c{i}", Kind.CATEGORICAL if i in categorical else Kind.NUMERIC, n_levels=9)
        for i in range(X.shape[1])
    )
    shape = Shape(n_rows=X.shape[0], n_columns=X.shape[1], n_classes=n_classes)
    given = {"task": tasks.get(n_classes, Task.MULTICLASS), "columns": columns, "shape": shape}
    return Context(**{**given, **changes})


class FakeClock:
    """A clock that advances by one second per reading."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 1.0
        return self.now


def patch_clock(monkeypatch: pytest.MonkeyPatch, *modules: Any) -> FakeClock:
    """Make estimators use a fake clock."""
    clock = FakeClock()
    for module in (deadlines, *modules):
        monkeypatch.setattr(module, "time", clock)
    return clock
