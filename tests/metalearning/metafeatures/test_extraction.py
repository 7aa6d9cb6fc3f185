from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse

from autoskl.core.task import Task
from autoskl.metalearning.metafeatures.extraction import NAMES, meta_features
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import MixedTable, TextTable, pack

CLASSES = {Task.BINARY: 2, Task.MULTICLASS: 3, Task.REGRESSION: 1}


def dataset(X: np.ndarray, y: np.ndarray, task: Task, categorical: int = 0) -> Dataset:
    kinds = [Kind.CATEGORICAL] * categorical + [Kind.NUMERIC] * (X.shape[1] - categorical)
    columns = tuple(
        Column(f"c{i}", kind, n_levels=4 if kind is Kind.CATEGORICAL else 0)
        for i, kind in enumerate(kinds)
    )
    return Dataset(X=X, y=y, columns=columns, task=task, n_classes=CLASSES[task])


@settings(max_examples=60, deadline=None)
@given(
    X=arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.integers(1, 5)),
        elements=st.floats(-1e300, 1e300) | st.just(math.nan),
    ),
    task=st.sampled_from(Task),
    categorical=st.booleans(),
    data=st.data(),
)
def test_it_never_fails_and_returns_all_names(
    X: np.ndarray, task: Task, categorical: bool, data: st.DataObject
) -> None:
    n = len(X)
    if task.is_classification:
        y = np.array(data.draw(st.lists(st.integers(0, CLASSES[task] - 1), min_size=n, max_size=n)))
    else:
        y = np.array(data.draw(st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n)))
    found = meta_features(dataset(X, y, task, categorical=int(categorical)))
    assert tuple(found) == NAMES
    assert not any(math.isinf(value) for value in found.values())


def test_features_have_the_expected_values() -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack(
        [
            rng.integers(0, 4, 400),
            rng.normal(size=400),
            rng.lognormal(0, 2, 400),
            rng.integers(0, 2, 400),
        ]
    ).astype(float)
    X[:100, 1] = np.nan
    y = (X[:, 3] > 0).astype(np.int64)
    found = meta_features(dataset(X, y, Task.BINARY, categorical=1))
    assert found["log_rows"] == pytest.approx(math.log2(400))
    assert found["share_categorical"] == 0.25
    assert found["share_binary"] == 0.25
    assert found["missing_cells"] == pytest.approx(100 / 1600)
    assert found["missing_rows"] == 0.25
    assert found["missing_columns"] == 0.25
    assert found["high_skewness"] > 2
    assert found["strongest_signal"] == pytest.approx(1.0)
    assert found["mean_signal"] < 0.4
    assert found["class_entropy"] == pytest.approx(1.0, abs=0.02)
    assert math.isnan(found["target_skewness"])


def test_rank_correlation_does_not_change_with_the_scale() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = X[:, 0] + rng.normal(size=300)
    plain = meta_features(dataset(X, y, Task.REGRESSION))
    bent = meta_features(dataset(np.exp(X), y**3, Task.REGRESSION))
    assert bent["strongest_signal"] == pytest.approx(plain["strongest_signal"])


def test_dependent_columns_have_a_low_rank() -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(size=(300, 1))
    y = one[:, 0]
    copies = meta_features(dataset(np.repeat(one, 10, axis=1), y, Task.REGRESSION))
    free = meta_features(dataset(rng.normal(size=(300, 10)), y, Task.REGRESSION))
    assert copies["effective_rank"] == pytest.approx(0.1)
    assert free["effective_rank"] > 0.8
    assert copies["mean_correlation"] == pytest.approx(1.0)


def test_sparse_tables_have_the_same_features() -> None:
    X = sparse.random_array((200, 300), density=0.02, format="csr", rng=0)
    y = np.arange(200) % 2
    found = meta_features(Dataset(X=X, y=y, columns=(), task=Task.BINARY, n_classes=2))
    assert found["share_zeros"] > 0.9
    assert found["log_columns"] == pytest.approx(math.log2(300))


def test_large_tables_are_sampled_the_same_way_each_time() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6_000, 3)), rng.normal(size=6_000)
    first = meta_features(dataset(X, y, Task.REGRESSION))
    again = meta_features(dataset(X, y, Task.REGRESSION))
    np.testing.assert_equal(first, again)


def test_texts_are_ignored() -> None:
    texts = TextTable((pack([f"word {i}" for i in range(50)]),), np.arange(50))
    for n_numbers in (0, 2):
        numbers = np.random.default_rng(0).normal(size=(50, n_numbers))
        columns = tuple(Column(f"c{i}", Kind.NUMERIC) for i in range(n_numbers + 1))
        table = MixedTable(numbers, texts)
        y = np.arange(50) % 2
        found = meta_features(Dataset(X=table, y=y, columns=columns, task=Task.BINARY, n_classes=2))
        assert tuple(found) == NAMES
        assert found["class_entropy"] == pytest.approx(1.0)
