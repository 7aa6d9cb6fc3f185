"""Rows of a large table in an order that spares copies."""

from __future__ import annotations

import numpy as np

from autoskl.core.task import Task
from autoskl.evaluation import arrangement
from autoskl.evaluation.arrangement import held_out_last, rows_in_place
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


def test_every_fold_holds_out_and_fits_the_same_rows_as_before():
    before = dataset()
    folds = split_rows(before, "auto", seed=0, time_limit=60.0)
    after, moved = held_out_last(before, folds)
    assert len(moved) == len(folds) > 1
    for fold in range(len(folds)):
        for share in (1.0, 0.1):
            then, now = folds.train(fold, share), moved.train(fold, share)
            np.testing.assert_array_equal(
                np.sort(before.score_weight[then]), np.sort(after.score_weight[now])
            )
        then, now = np.sort(folds.test(fold)), moved.test(fold)
        np.testing.assert_array_equal(
            np.sort(before.score_weight[then]), np.sort(after.score_weight[now])
        )
    rows = (after.score_weight - 1).astype(int)
    np.testing.assert_array_equal(after.X, before.X[rows])
    np.testing.assert_array_equal(after.y, before.y[rows])


def test_the_fitted_rows_of_the_first_fold_are_read_in_place():
    moved, folds = held_out_last(*_split(dataset()))
    train = rows_in_place(moved.X, folds.train(0))
    assert np.shares_memory(train, moved.X)
    np.testing.assert_array_equal(train, moved.X[folds.train(0)])
    np.testing.assert_array_equal(rows_in_place(moved.X, folds.test(0)), moved.X[folds.test(0)])


def test_rows_that_do_not_stand_together_are_copied(monkeypatch):
    monkeypatch.setattr(arrangement, "LARGE_ROWS", 2)
    X = np.arange(20.0).reshape(10, 2)
    for rows in ([4, 3, 2], [1, 2, 4], [2, 2, 2]):
        taken = rows_in_place(X, np.array(rows))
        np.testing.assert_array_equal(taken, X[rows])
        assert not np.shares_memory(taken, X)
    assert np.shares_memory(rows_in_place(X, np.array([3, 4, 5])), X)


def test_small_tables_and_several_core_folds_stay_as_they_are():
    small, folds = _split(dataset(500))
    assert held_out_last(small, folds) == (small, folds)


def _split(table: Dataset):
    return table, split_rows(table, "auto", seed=0, time_limit=60.0)
