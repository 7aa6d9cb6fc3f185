"""Reductions of a support vector machine that keep the deadline."""

from __future__ import annotations

import time
from typing import Any

import pytest

from autoskl.components.component import Context, Shape
from autoskl.components.registry import component
from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind

COLUMNS = tuple(Column(f"c{i}", Kind.NUMERIC) for i in range(20))


def build_boosting(n_classes: int, seconds: float | None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(time, "monotonic", lambda: 1_000.0)
    task = {1: Task.REGRESSION, 2: Task.BINARY}.get(n_classes, Task.MULTICLASS)
    shape = Shape(n_rows=10_000, n_columns=20, n_classes=n_classes)
    deadline = None if seconds is None else 1_000.0 + seconds
    context = Context(task=task, columns=COLUMNS, shape=shape, deadline=deadline)
    entry = component("kernel_svm")
    return entry.build(dict(entry.parameters(task).default()), context)


@pytest.mark.parametrize("n_classes", [1, 2, 8, 20])
def test_less_time_gives_fewer_rows_and_steps(
    n_classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, ample, short, late = (
        build_boosting(n_classes, seconds, monkeypatch) for seconds in (None, 1e6, 1.0, -5.0)
    )
    for one in (free, ample):
        assert (one.max_rows, one.estimator.max_iter) == (10_000, 510_000)
    assert 1_000 < short.max_rows < 2_000
    assert 100 < short.estimator.max_iter < 50_000
    assert (late.max_rows, late.estimator.max_iter) == (200, 100)


def test_steps_of_many_pairs_of_classes_cost_more(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (build_boosting(n_classes, 1.0, monkeypatch) for n_classes in (2, 20))
    assert few.estimator.max_iter > 15 * many.estimator.max_iter
