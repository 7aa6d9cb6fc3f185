from __future__ import annotations

import numpy as np
from scipy import sparse

from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset


def test_properties_of_a_dense_dataset() -> None:
    columns = (Column("a", Kind.NUMERIC, 0, True), Column("b", Kind.CATEGORICAL, 2))
    dataset = Dataset(np.zeros((3, 2)), np.array([0, 1, 2]), columns, Task.MULTICLASS, 3)
    assert (dataset.n_rows, dataset.n_columns, dataset.n_outputs) == (3, 2, 3)
    assert dataset.has_missing
    assert not dataset.is_sparse


def test_missing_values_of_sparse_tables_are_found() -> None:
    for value, missing in ((1.0, False), (np.nan, True)):
        table = sparse.csr_array(np.array([[0.0, value], [2.0, 0.0]]))
        dataset = Dataset(table, np.array([0.5, 1]), (), Task.REGRESSION, 1)
        assert dataset.is_sparse
        assert dataset.has_missing is missing
