"""The order of rows that avoids copies of large tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autoskl.core.task import Task
from autoskl.evaluation import table_size
from autoskl.evaluation.row_order import move_held_out_last, take_rows
from autoskl.evaluation.splitting import split_rows
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

ROWS = 130_000


def dataset(n_rows: int = ROWS) -> Dataset:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 2)).astype(np.float32)
    y = (X[:, 0] > 0).astype(np.int64)
    columns = (Column("a", Kind.NUMERIC), Column("b", Kind.NUMERIC))
    weight = np.arange(1.0, n_rows + 1)
    return Dataset(
        X=X, y=y, columns=columns, task=Task.BINARY, n_classes=2, score_weight=weight, groups=None
    )


def test_every_fold_keeps_its_rows():
    before = dataset()
    values = before.X.copy()
    folds = split_rows(before, "auto", seed=0, time_limit=60.0)
    after, reordered = move_held_out_last(before, folds)
    assert len(reordered) == len(folds) > 1
    for fold in range(len(folds)):
        for share in (1.0, 0.1):
            then, now = folds.train(fold, share), reordered.train(fold, share)
            np.testing.assert_array_equal(
                np.sort(before.score_weight[then]), np.sort(after.score_weight[now])
            )
        then, now = np.sort(folds.test(fold)), reordered.test(fold)
        np.testing.assert_array_equal(
            np.sort(before.score_weight[then]), np.sort(after.score_weight[now])
        )
    rows = (after.score_weight - 1).astype(int)
    np.testing.assert_array_equal(after.X, values[rows])
    np.testing.assert_array_equal(after.y, before.y[rows])


def test_training_rows_of_the_first_fold_are_a_view():
    reordered, folds = move_held_out_last(*_split(dataset()))
    train = take_rows(reordered.X, folds.train(0))
    assert np.shares_memory(train, reordered.X)
    np.testing.assert_array_equal(train, reordered.X[folds.train(0)])
    np.testing.assert_array_equal(take_rows(reordered.X, folds.test(0)), reordered.X[folds.test(0)])


def test_rows_that_are_not_contiguous_are_copied(monkeypatch):
    monkeypatch.setattr(table_size, "LARGE_ROWS", 2)
    X = np.arange(20.0).reshape(10, 2)
    for rows in ([4, 3, 2], [1, 2, 4], [2, 2, 2]):
        taken = take_rows(X, np.array(rows))
        np.testing.assert_array_equal(taken, X[rows])
        assert not np.shares_memory(taken, X)
    assert np.shares_memory(take_rows(X, np.array([3, 4, 5])), X)


def test_rows_are_moved_in_place_unless_the_table_is_read_only():
    table, folds = _split(dataset())
    values = table.X.copy()
    read_only = values.copy()
    read_only.flags.writeable = False
    copied, _ = move_held_out_last(replace(table, X=read_only), folds)
    np.testing.assert_array_equal(read_only, values)
    moved, _ = move_held_out_last(table, folds)
    assert moved.X is table.X
    np.testing.assert_array_equal(moved.X, copied.X)
    assert not np.array_equal(moved.X, values)


def test_small_tables_are_left_unchanged():
    small, folds = _split(dataset(500))
    assert move_held_out_last(small, folds) == (small, folds)


def _split(table: Dataset):
    return table, split_rows(table, "auto", seed=0, time_limit=60.0)
