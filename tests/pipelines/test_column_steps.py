from __future__ import annotations

import pickle

import numpy as np
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from autoskl.components.transformers.text_statistics import TextStatistics
from autoskl.pipelines.column_steps import ColumnReplacer, TextReplacer
from autoskl.tables.text_table import MixedTable, TextTable, pack


def test_other_columns_keep_their_order_and_come_first() -> None:
    X = np.arange(12.0).reshape(3, 4)
    step = ColumnReplacer(StandardScaler(), [0, 2]).fit(X)
    expected = np.hstack([X[:, [1, 3]], StandardScaler().fit_transform(X[:, [0, 2]])])
    np.testing.assert_allclose(step.transform(X), expected)
    np.testing.assert_allclose(step.fit_transform(X), expected)
    moved = ColumnReplacer("passthrough", [0]).fit_transform(X)
    np.testing.assert_array_equal(moved, X[:, [1, 2, 3, 0]])


def test_the_dtype_of_the_numbers_is_preserved() -> None:
    X = np.ones((3, 2), dtype=np.float32)
    assert ColumnReplacer(FunctionTransformer(np.float64), [0]).fit_transform(X).dtype == X.dtype


def mixed(texts: list[str], n_numbers: int) -> MixedTable:
    table = TextTable((pack(texts),), np.arange(len(texts)))
    return MixedTable(np.ones((len(texts), n_numbers)), table)


def test_texts_become_numbers_behind_the_others() -> None:
    table = mixed(["One two", "", "THREE!"], 2)
    step = pickle.loads(pickle.dumps(TextReplacer(TextStatistics()).fit(table)))
    out = step.transform(table[[2, 1]])
    np.testing.assert_array_equal(out[:, :2], np.ones((2, 2)))
    assert out[0, 2] == np.log1p(6)
    assert step.transform(table[:0]).shape == (0, out.shape[1])


def test_a_table_without_columns_becomes_a_column_of_zeros() -> None:
    out = TextReplacer(TextStatistics()).fit_transform(mixed(["a", "a"], 0))
    np.testing.assert_array_equal(out, np.zeros((2, 1)))
