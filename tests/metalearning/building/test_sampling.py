from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoskl.core.task import Task
from autoskl.metalearning.building.corpus import CorpusEntry
from autoskl.metalearning.building.sampling import STAGES, Sample, Stage, draw_sample

TASK_COUNTS = ((Task.BINARY, 2), (Task.MULTICLASS, 5), (Task.REGRESSION, 0))


def entry(task: Task, rows: int) -> CorpusEntry:
    return CorpusEntry(
        name="made", task=task, target="y", rows=rows, columns=2, group="made", weight=1.0
    )


def sample(task: Task, n_classes: int, rows: int = 400, stage: str = "H") -> Sample:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"row": np.arange(rows, dtype=float), "b": rng.normal(size=rows)})
    y = rng.integers(n_classes, size=rows) if n_classes else rng.normal(size=rows)
    return draw_sample(table, pd.Series(y), entry(task, rows), STAGES[stage], 0)


@pytest.mark.parametrize(("task", "n_classes"), TASK_COUNTS)
def test_train_and_test_rows_are_disjoint(task: Task, n_classes: int) -> None:
    drawn = sample(task, n_classes)
    fold = drawn.folds.test(0), drawn.folds.train(0)
    parts = [set(drawn.dataset.X[rows, 0]) for rows in fold] + [set(drawn.X_test[:, 0])]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 400


@pytest.mark.parametrize(("task", "n_classes"), TASK_COUNTS)
def test_sampling_is_deterministic(task: Task, n_classes: int) -> None:
    first, second = sample(task, n_classes), sample(task, n_classes)
    np.testing.assert_array_equal(first.dataset.X, second.dataset.X)
    np.testing.assert_array_equal(first.y_test, second.y_test)


def test_all_parts_are_stratified() -> None:
    drawn = sample(Task.MULTICLASS, 5)
    y = drawn.dataset.y
    for part in (y[drawn.folds.test(0)], y[drawn.folds.train(0)], drawn.y_test):
        assert np.bincount(part, minlength=5).min() > 0.1 * len(part)


def test_large_tables_are_subsampled() -> None:
    drawn = sample(Task.BINARY, 2, rows=9_000)
    assert drawn.dataset.n_rows == 2_000
    assert len(drawn.y_test) == 2_000
    assert len(drawn.folds.test(0)) == 500


def test_stage_f_has_folds_that_cover_all_rows() -> None:
    drawn = sample(Task.BINARY, 2, stage="F")
    assert len(drawn.folds) == 5
    assert drawn.folds.covers


def test_classes_missing_from_training_are_not_tested() -> None:
    stage = Stage(name="H", train_rows=6, test_rows=50, n_folds=1, cpu_seconds=1.0)
    table = pd.DataFrame({"a": np.arange(100.0)})
    y = pd.Series([f"c{i % 20}" for i in range(100)])
    drawn = draw_sample(table, y, entry(Task.MULTICLASS, 100), stage, 0)
    assert drawn.dataset.n_classes == len(np.unique(drawn.dataset.y))
    assert set(drawn.y_test) <= set(drawn.dataset.y)
