from __future__ import annotations

import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest

from autoskl import AutoClassifier, AutoRegressor
from autoskl.core.errors import LeakWarning
from autoskl.core.task import Task
from autoskl.evaluation.leaks import duplicated_share, leaking_columns, warn_of_leaks
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

ROWS = 1_200


def dataset(X: Any, y: Any, n_classes: int, *, kinds: dict[int, Kind] | None = None) -> Dataset:
    kinds = kinds or {}
    columns = tuple(Column(f"c{j}", kinds.get(j, Kind.NUMERIC)) for j in range(X.shape[1]))
    task = {1: Task.REGRESSION, 2: Task.BINARY}.get(n_classes, Task.MULTICLASS)
    return Dataset(X, y, columns, task, n_classes)


@pytest.fixture
def X() -> Any:
    return np.random.default_rng(0).normal(size=(ROWS, 4))


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_a_column_that_reveals_the_class_is_found(X: Any, n_classes: int) -> None:
    y = np.digitize(X[:, 2], np.quantile(X[:, 2], np.linspace(0, 1, n_classes + 1)[1:-1]))
    assert list(leaking_columns(dataset(X, y, n_classes))) == ["c2"]


def test_a_categorical_column_that_reveals_the_class_is_found(X: Any) -> None:
    y = np.random.default_rng(1).integers(0, 3, ROWS)
    X[:, 1] = np.array([4, 0, 2])[y]
    X[:, 3] = np.arange(ROWS)  # an identifier says nothing about new rows
    kinds = {1: Kind.CATEGORICAL, 3: Kind.CATEGORICAL}
    assert list(leaking_columns(dataset(X, y, 3, kinds=kinds))) == ["c1"]


def test_a_column_that_reveals_the_value_is_found_in_a_sorted_table(X: Any) -> None:
    X = X[np.argsort(X[:, 0])]
    X[:, 1] = np.round(X[:, 0])
    assert list(leaking_columns(dataset(X, np.exp(X[:, 0]), 1))) == ["c0"]


def test_good_but_imperfect_columns_are_not_reported(X: Any) -> None:
    noise = np.random.default_rng(2).normal(scale=0.1, size=ROWS)
    X[::3, 1] = np.nan
    assert not list(leaking_columns(dataset(X, X[:, 0] + noise, 1)))
    assert not list(leaking_columns(dataset(X, (X[:, 0] + noise > 0).astype(int), 2)))


def test_memory_depends_on_the_classes_and_levels_of_the_sample(X: Any) -> None:
    y = np.where(X[:, 2] > 0, 50_000, 0)
    X[:, 3] = np.round(1e6 * X[:, 3])  # some of very many levels
    table = dataset(X, y, 50_001, kinds={3: Kind.CATEGORICAL})
    X[:, 3] -= X[:, 3].min()
    tracemalloc.start()
    try:
        assert list(leaking_columns(table)) == ["c2"]
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    finally:
        tracemalloc.stop()


def test_missing_values_may_reveal_the_class(X: Any) -> None:
    y = (np.arange(ROWS) % 4 == 0).astype(int)
    X[y == 1, 3] = np.nan
    assert list(leaking_columns(dataset(X, y, 2))) == ["c3"]


def test_a_rare_class_and_few_rows_are_not_significant(X: Any) -> None:
    y = np.zeros(ROWS, int)
    y[:10] = 1
    X[:, 0] = y
    assert not list(leaking_columns(dataset(X, y, 2)))
    few = slice(0, 100)
    assert not list(leaking_columns(dataset(X[few], (X[few, 1] > 0).astype(int), 2)))


def test_copies_are_counted_unless_they_are_coincidences(X: Any) -> None:
    y = np.zeros(ROWS)
    assert duplicated_share(
        dataset(np.vstack([X, X[:300]]), np.zeros(ROWS + 300), 1)
    ) == pytest.approx(0.2)
    assert duplicated_share(dataset(np.round(X), y, 1)) == 0.0
    with pytest.warns(LeakWarning, match="50% of the rows"):
        warn_of_leaks(dataset(np.vstack([X, X]), np.zeros(2 * ROWS), 1))


@pytest.mark.parametrize("Auto", [AutoClassifier, AutoRegressor])
def test_the_warning_names_the_column(Auto: Any, X: Any) -> None:
    import pandas as pd

    target = X[:, 0] > 0.1 if Auto is AutoClassifier else X[:, 0] ** 3
    table = pd.DataFrame(X, columns=["paid after", "b", "c", "d"])
    with pytest.warns(LeakWarning, match="'paid after'"):
        Auto(n_trials=1, time_limit=None).fit(table, target)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Auto(n_trials=1, time_limit=None).fit(table.drop(columns="paid after"), target)
