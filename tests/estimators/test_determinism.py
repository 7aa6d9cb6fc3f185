"""Same seed, same model: for any number of workers, again, elsewhere, and after pickling."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from autoskl import AutoClassifier, AutoRegressor
from autoskl.components.component import Role, Shape
from autoskl.components.registry import components
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.splitting import split_rows
from autoskl.execution.in_process import InProcess
from autoskl.execution.local_workers import LocalWorkers
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

SLOW = {"ada_boost", "catboost", "real_mlp", "tabm"}
CASES = [
    pytest.param(name, task, id=f"{name}-{task}", marks=[pytest.mark.slow] * (name in SLOW))
    for task in (Task.MULTICLASS, Task.REGRESSION)
    for name in components(Role.MODEL, task)
]

FIT = """
import hashlib
import numpy as np
from autoskl import AutoClassifier

rng = np.random.default_rng(0)
X = rng.normal(size=(90, 5))
y = (X[:, 0] + 0.5 * rng.normal(size=90) > 0).astype(int) + (X[:, 1] > 1)
model = AutoClassifier(n_trials=5, time_limit=None, random_state=SEED, cv=3, n_jobs=1).fit(X, y)
print(hashlib.sha256(model.predict_proba(X).tobytes()).hexdigest())
"""


def table(task: Task) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 5))
    labels = (X[:, 0] + 0.5 * rng.normal(size=90) > 0).astype(int) + (X[:, 1] > 1)
    return X, labels if task.is_classification else X[:, 0] ** 2 + 0.1 * labels


def dataset_of(task: Task) -> Dataset:
    X, y = table(task)
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(X.shape[1]))
    n_classes = 3 if task.is_classification else 1
    return Dataset(X=X, y=y, columns=columns, task=task, n_classes=n_classes)


@pytest.fixture(scope="module")
def workers():
    with LocalWorkers(1) as executor:
        yield executor


def predictions(executor, dataset: Dataset, name: str) -> np.ndarray:
    """Return what a family, by default settings, predicts for the held-out rows of a fold."""
    shape = Shape(n_rows=dataset.n_rows, n_columns=dataset.n_columns, n_classes=dataset.n_classes)
    space = pipeline_space(
        dataset.task,
        dataset.columns,
        shape,
        is_sparse=False,
        include={"model": [name]},
        exclude=None,
    )
    folds = split_rows(dataset, 3, seed=0, time_limit=None)
    evaluator = Evaluator(dataset=executor.share(dataset), folds=executor.share(folds), seed=0)
    unit = Unit(Trial(1, space.default()), (0,))
    executor.submit(partial(evaluator.evaluate, unit))
    [(_, outcome)] = executor.wait()
    assert outcome.ok, outcome.reason
    [result] = outcome.value
    assert result.ok, result.reason
    return result.predictions


@pytest.mark.parametrize(("name", "task"), CASES)
def test_each_family_gives_the_same_bits_here_and_in_a_worker(name, task, workers):
    dataset = dataset_of(task)
    here = predictions(InProcess(), dataset, name)
    np.testing.assert_array_equal(here, predictions(workers, dataset, name))


def fitted(task: Task = Task.MULTICLASS, **parameters):
    kind = AutoClassifier if task.is_classification else AutoRegressor
    defaults = {"n_trials": 5, "time_limit": None, "random_state": 0, "cv": 3, "n_jobs": 1}
    return kind(**{**defaults, **parameters}).fit(*table(task))


def outputs(model) -> np.ndarray:
    X, _ = table(Task.MULTICLASS)
    return model.predict_proba(X) if hasattr(model, "classes_") else model.predict(X)


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    return outputs(fitted())


@pytest.mark.parametrize("n_jobs", [1, 2, 3])
def test_the_number_of_workers_does_not_change_the_model(n_jobs, expected):
    model = fitted(n_jobs=n_jobs)
    np.testing.assert_array_equal(outputs(model), expected)
    np.testing.assert_array_equal(outputs(pickle.loads(pickle.dumps(model))), expected)


def test_a_regression_is_the_same_with_workers():
    alone, together = (fitted(Task.REGRESSION, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(outputs(alone), outputs(together))
    assert alone.best_score_ == together.best_score_


def test_another_process_gives_the_same_bits(expected):
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "77",
    }  # fmt: skip
    finished = subprocess.run(
        [sys.executable, "-c", FIT.replace("SEED", "0")],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert finished.stdout.strip() == hashlib.sha256(expected.tobytes()).hexdigest()


def test_another_seed_gives_another_model(expected):
    assert not np.array_equal(outputs(fitted(random_state=1)), expected)
