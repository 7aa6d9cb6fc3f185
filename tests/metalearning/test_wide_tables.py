from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.warm_start import starting_members
from autoskl.pipelines.default_space import default_space
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset


def table(n_rows: int, n_columns: int, task: Task) -> Dataset:
    rng = np.random.default_rng(0)
    y = rng.normal(size=n_rows) if task is Task.REGRESSION else np.arange(n_rows) % 2
    return Dataset(
        X=rng.normal(size=(n_rows, n_columns)),
        y=y,
        columns=tuple(Column(f"f{i}", Kind.NUMERIC) for i in range(n_columns)),
        task=task,
        n_classes=1 if task is Task.REGRESSION else 2,
    )


def members(n_rows: int, n_columns: int, task: Task, **limits: object) -> list[Configuration]:
    space = default_space(task, **limits)
    return list(starting_members(space, table(n_rows, n_columns, task)))


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
def test_wide_tables_have_a_sparse_linear_model_in_second_place(task: Task) -> None:
    usual, wide = members(60, 20, task), members(20, 60, task)
    assert wide[1]["linear:penalty"] == "elastic_net"
    assert [wide[0], *wide[2:]] == [member for member in usual if member != wide[1]]


def test_nothing_is_inserted_without_linear_models() -> None:
    listed = members(20, 60, Task.BINARY, exclude=["linear"])
    assert listed == members(60, 20, Task.BINARY, exclude=["linear"])
