from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autoskl.components import cache
from autoskl.components.transformers.target_encoder import CrossFittedTarget
from autoskl.core.configuration import Configuration, Value
from autoskl.core.result import FoldResult
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation import worker_cache
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.preprocessing import uses_target
from autoskl.evaluation.scoring import score_checkpoints
from autoskl.evaluation.splitting import split_rows
from autoskl.evaluation.table_size import LARGE_ROWS
from autoskl.evaluation.worker_cache import cache_of
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import LocalHandle

N_ROWS = 300
N_IDS = 100


def table(task: Task = Task.BINARY, **changes: Any) -> Dataset:
    """Return an identifier and a category that tell nothing, and a number that does."""
    rng = np.random.default_rng(0)
    number = rng.normal(size=N_ROWS)
    signal = number + rng.normal(size=N_ROWS)
    y = signal if task is Task.REGRESSION else (signal > 0).astype(np.int64)
    identifier = rng.integers(0, N_IDS, N_ROWS).astype(float)
    X = np.column_stack([number, identifier, rng.integers(0, 4, N_ROWS), rng.normal(size=N_ROWS)])
    columns = (
        Column("number", Kind.NUMERIC),
        Column("identifier", Kind.CATEGORICAL, n_levels=N_IDS),
        Column("category", Kind.CATEGORICAL, n_levels=4),
        Column("noise", Kind.NUMERIC),
    )
    given = {"X": X, "y": y, "columns": columns, "task": task, "n_classes": 2}
    if task is Task.REGRESSION:
        given["n_classes"] = 1
    return Dataset(**{**given, **changes})


def without_identifier(task: Task) -> Dataset:
    dataset = table(task)
    kept = [0, 2, 3]
    columns = tuple(dataset.columns[i] for i in kept)
    return table(task, X=np.ascontiguousarray(dataset.X[:, kept]), columns=columns)


def evaluator(dataset: Dataset) -> Evaluator:
    folds = split_rows(dataset, 5, seed=0, time_limit=None)
    return Evaluator(dataset=LocalHandle(dataset), folds=LocalHandle(folds), seed=0)


def results(dataset: Dataset, values: dict[str, Value], folds: tuple[int, ...] = (0,)) -> Any:
    return evaluator(dataset).evaluate(Unit(Trial(0, Configuration(values)), folds))


def mean_loss(dataset: Dataset, values: dict[str, Value]) -> float:
    classes = np.arange(dataset.n_classes) if dataset.task.is_classification else None
    metric = resolve_scoring(None, dataset.task, classes)
    found = results(dataset, values, tuple(range(5)))
    return float(np.mean([min(score_checkpoints(each, metric, dataset).losses) for each in found]))


@pytest.mark.parametrize("task", [Task.BINARY, Task.REGRESSION])
@pytest.mark.parametrize("model", ["linear", "random_forest"])
def test_a_target_encoded_random_identifier_gains_nothing(
    task: Task, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values: dict[str, Value] = {"model": model, "encoder": "target"}
    if model == "random_forest":
        values["random_forest:n_estimators"] = 64
    plain = mean_loss(without_identifier(task), values)
    encoded = mean_loss(table(task), values)
    assert encoded > 0.97 * plain
    # An encoding with the rows' own target would do harm, since it tells nothing of new rows.
    monkeypatch.setattr(
        CrossFittedTarget, "fit_transform", lambda self, X, y: self.fit(X, y).transform(X)
    )
    leaking = mean_loss(table(task), values)
    assert leaking > 1.1 * plain
    assert encoded < (plain + leaking) / 2


def test_uses_target_finds_steps_that_learn_from_y() -> None:
    assert uses_target(Configuration({"model": "linear", "encoder": "target"}))
    assert uses_target(Configuration({"model": "linear", "selector": "percentile"}))
    assert not uses_target(Configuration({"model": "linear", "encoder": "one_hot"}))
    assert not uses_target(Configuration({"model": "linear", "balancing": "class_weight"}))


@pytest.fixture
def cache_everything(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the cache keep results however quickly they were computed."""
    monkeypatch.setattr(cache, "_MIN_SECONDS", 0.0)
    return


TUNED: dict[str, Value] = {
    "model": "linear",
    "encoder": "target",
    "features": "arithmetic_pairs",
    "scaler": "quantile",
}


@pytest.mark.usefixtures("cache_everything")
def test_trials_that_share_preprocessing_reuse_it() -> None:
    dataset = table()
    for number, C in enumerate([0.1, 1.0, 10.0]):
        results(dataset, {**TUNED, "linear:C": C}, (number % 2,))
    found = cache_of(dataset)
    assert (found.hits, found.misses) == (1, 2)
    results(dataset, {**TUNED, "quantile:n_quantiles": 33})
    assert found.misses == 3


@pytest.mark.usefixtures("cache_everything")
def test_reuse_does_not_change_results(monkeypatch: pytest.MonkeyPatch) -> None:
    warm = table()
    results(warm, {**TUNED, "linear:C": 10.0})
    reused = results(warm, TUNED)[0]
    assert cache_of(warm).hits == 1
    monkeypatch.setattr(worker_cache, "MAX_BYTES", 0)
    cold = table()
    made: FoldResult = results(cold, TUNED)[0]
    assert len(cache_of(cold)) == 0
    np.testing.assert_array_equal(reused.predictions, made.predictions)
    new = table().X[:20]
    np.testing.assert_array_equal(reused.model.load().outputs(new), made.model.load().outputs(new))


@pytest.mark.usefixtures("cache_everything")
def test_every_family_accepts_read_only_arrays() -> None:
    dataset = table()
    for model in ("linear", "lightgbm", "hist_gradient_boosting", "extra_trees"):
        for _ in range(2):
            (result,) = results(dataset, {"model": model, "encoder": "ordinal"})
            assert result.ok, result.reason
    assert cache_of(dataset).hits > 0


def test_the_cache_of_a_large_table_is_small() -> None:
    small = table()
    rows = np.zeros(LARGE_ROWS + 1, dtype=np.intp)
    large = replace(small, X=small.X[rows], y=small.y[rows], fit_weight=None, score_weight=None)
    assert cache_of(large).max_bytes < cache_of(small).max_bytes / 4


def test_a_cache_is_freed_with_its_dataset() -> None:
    dataset = table()
    reference = weakref.ref(cache_of(dataset))
    assert reference() is not None
    del dataset
    assert reference() is None


def test_balancing_increases_weights_of_the_rare_class() -> None:
    noise = np.random.default_rng(7).normal(size=N_ROWS)
    rare = table(y=(table().X[:, 0] + 2 * noise > 2.5).astype(np.int64))
    plain, balanced = (
        results(rare, {"model": "linear", "balancing": name})[0].predictions[0, :, 1].mean()
        for name in ("no_balancing", "class_weight")
    )
    assert balanced > 1.5 * plain
    heavy = table(y=rare.y, fit_weight=np.where(rare.y == 0, 50.0, 1.0))
    both = results(heavy, {"model": "linear", "balancing": "class_weight"})[0]
    np.testing.assert_allclose(both.predictions[0, :, 1].mean(), balanced, rtol=0.05)
