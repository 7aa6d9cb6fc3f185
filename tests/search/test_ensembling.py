"""What an ensemble may cost."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.result import FoldResult, Status
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial
from autoskl.evaluation.model_store import BytesModel
from autoskl.evaluation.splitting import split_rows
from autoskl.history.history import History
from autoskl.search.ensembling import Ensembling
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import Hands

N_ROWS = 1_000


@dataclass
class Kept:
    """A fold model, told from the others by its number."""

    fold: int

    def truncated(self, iterations: int) -> Kept:
        return self


def kept_models(n_classes: int, seconds: float, *, timed: bool = True) -> int:
    """Return how many of five fold models stay that predict 10,000 rows in some seconds each."""
    rng = np.random.default_rng(0)
    y = np.arange(N_ROWS) % n_classes
    task = Task.BINARY if n_classes == 2 else Task.MULTICLASS
    columns = (Column("number", Kind.NUMERIC),)
    dataset = Dataset(rng.normal(size=(N_ROWS, 1)), y, columns, task, n_classes)
    folds = split_rows(dataset, 5, seed=0, time_limit=None)
    metric = resolve_scoring(None, task, np.arange(n_classes))
    history, trial = History(), Trial(0, Configuration({"model": "linear"}))
    history.add_trial(trial)
    for fold in folds.core():
        rows = folds.test(fold)
        predictions = rng.dirichlet(np.ones(n_classes), size=(1, len(rows)))
        loss = metric.loss(y[rows], predictions[0], None)
        result = FoldResult(
            fold,
            Status.OK,
            rows,
            predictions,
            losses=(loss,),
            predict_seconds=seconds * len(rows) / 10_000,
            model=BytesModel(pickle.dumps(Kept(fold))),
        )
        history.add_result(trial, result)
    ensembling = Ensembling(metric, dataset, folds, 10, 0, Hands(), timed)
    ensembling.finish(history)
    return ensembling.load(history).n_models


@pytest.mark.parametrize(("n_classes", "n_models"), [(2, 2), (4, 2), (5, 5), (26, 5)])
def test_models_are_dropped_that_would_predict_too_slowly(n_classes: int, n_models: int) -> None:
    assert kept_models(n_classes, seconds=2.2) == n_models


@pytest.mark.parametrize("n_classes", [2, 26])
def test_one_model_is_always_left(n_classes: int) -> None:
    assert kept_models(n_classes, seconds=100.0) == 1


def test_without_a_clock_no_measured_time_drops_models() -> None:
    assert kept_models(26, seconds=100.0, timed=False) == 5
