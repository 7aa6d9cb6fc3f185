"""What an ensemble may cost."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, replace

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.metrics import Metric
from autoskl.core.result import FoldResult, Status
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.model_store import BytesModel
from autoskl.evaluation.splitting import split_rows
from autoskl.history.history import History
from autoskl.search.ensembling import Ensembling
from autoskl.search.load_times import LoadTimes
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import ManualClock

N_ROWS = 1_000


@dataclass
class Kept:
    """A fold model, distinguished by its number."""

    fold: int

    def truncate(self, iterations: int) -> Kept:
        return self


def kept_in_memory(model: object) -> BytesModel:
    data = pickle.dumps(model)
    return BytesModel(data, len(data))


def make_ensembling(
    metric: Metric, dataset: Dataset, folds: Folds, clock: ManualClock, *, timed: bool
) -> Ensembling:
    return Ensembling(
        metric=metric, dataset=dataset, folds=folds, size=10, seed=0, clock=clock, timed=timed
    )


def kept_models(
    n_classes: int, seconds: float, *, first: float | None = None, timed: bool = True
) -> int:
    """Return how many of five fold models stay that predict 10,000 rows in some seconds each."""
    dataset, folds, history, metric = scored_history(n_classes, seconds, first)
    ensembling = make_ensembling(metric, dataset, folds, ManualClock(), timed=timed)
    ensembling.finish(history)
    return ensembling.load(history).n_models


def scored_history(
    n_classes: int, seconds: float = 0.01, first: float | None = None
) -> tuple[Dataset, Folds, History, Metric]:
    """Return a history of one trial whose fold models predict 10,000 rows in some seconds each."""
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
            predict_seconds=(seconds if fold or first is None else first) * len(rows) / 10_000,
            model=kept_in_memory(Kept(fold)),
        )
        history.add_result(trial, result)
    return dataset, folds, history, metric


@pytest.mark.parametrize(("n_classes", "n_models"), [(2, 2), (4, 2), (5, 5), (26, 5)])
def test_models_are_dropped_that_would_predict_too_slowly(n_classes: int, n_models: int) -> None:
    assert kept_models(n_classes, seconds=2.2) == n_models


@pytest.mark.parametrize("n_classes", [2, 26])
def test_one_model_is_always_left(n_classes: int) -> None:
    assert kept_models(n_classes, seconds=100.0) == 1


def test_a_slow_first_prediction_drops_no_models() -> None:
    assert kept_models(2, seconds=0.5, first=100.0) == 5


def test_without_a_clock_no_measured_time_drops_models() -> None:
    assert kept_models(26, seconds=100.0, timed=False) == 5


@dataclass
class Echo:
    """A fold model whose outputs are its inputs."""

    fold: int

    def outputs(self, X: np.ndarray) -> np.ndarray:
        return X

    def truncate(self, iterations: int) -> Echo:
        return self


def powers(scoring: str | None, power: float, rare: float) -> tuple[Ensembling, History, Dataset]:
    """Return an ensemble of one trial that predicts powers of the true probabilities."""
    rng = np.random.default_rng(0)
    second = rare * np.where(rng.random(N_ROWS) < 0.5, 1, 4) * rng.random(N_ROWS)
    y = (rng.random(N_ROWS) < second).astype(int)
    X = np.clip(np.column_stack([1 - second, second]), 1e-6, 1) ** power
    X /= X.sum(axis=1, keepdims=True)
    columns = (Column("a", Kind.NUMERIC), Column("b", Kind.NUMERIC))
    dataset = Dataset(X, y, columns, Task.BINARY, 2)
    folds = split_rows(dataset, 5, seed=0, time_limit=None)
    metric = resolve_scoring(scoring, Task.BINARY, np.arange(2))
    history, trial = History(), Trial(0, Configuration({"model": "linear"}))
    history.add_trial(trial)
    for fold in folds.core():
        rows = folds.test(fold)
        losses = (metric.loss(y[rows], X[rows], None),)
        model = kept_in_memory(Echo(fold))
        result = FoldResult(fold, Status.OK, rows, X[rows][np.newaxis], losses=losses, model=model)
        history.add_result(trial, result)
    return make_ensembling(metric, dataset, folds, ManualClock(), timed=False), history, dataset


def test_members_are_calibrated_as_they_were_when_they_were_chosen() -> None:
    ensembling, history, dataset = powers(None, power=0.3, rare=0.2)
    ensembling.finish(history)
    ensemble = ensembling.load(history)
    found = ensemble.predict_outputs(dataset.X)
    assert found[:, 1].min() < dataset.X[:, 1].min() / 2
    assert ensembling.loss == pytest.approx(
        ensembling.metric.loss(dataset.y, found, None), rel=0.01
    )
    assert ensembling.loss < history.record(0).loss() - 0.02
    assert ensembling.cross_fitted_loss == pytest.approx(ensembling.loss, abs=0.01)


def test_the_cross_fitted_loss_is_extrapolated_from_few_folds() -> None:
    """The better trial has the easiest fold only; how much harder the others are is known."""
    # By a metric for which members are not calibrated, so that they have the losses of the history.
    ensembling, history, dataset = powers("d2_log_loss_score", power=0.3, rare=0.2)
    trial, known = Trial(1, Configuration({"model": "linear"})), history.record(0)
    history.add_trial(trial)
    fold_losses = known.fold_losses()
    easiest = known.folds[min(fold_losses, key=lambda fold: fold_losses[fold])]
    rows, metric = easiest.rows, ensembling.metric
    sure = np.eye(2)[dataset.y[rows]] * 0.98 + 0.01
    losses = (metric.loss(dataset.y[rows], sure, None),)
    history.add_result(trial, replace(easiest, predictions=sure[np.newaxis], losses=losses))
    ensembling.finish(history)
    assert ensembling.weights.keys() == {1}
    harder = known.loss() / fold_losses[easiest.fold]
    assert harder > 1.001
    assert ensembling.cross_fitted_loss == pytest.approx(ensembling.loss * harder, rel=1e-3)


@pytest.mark.parametrize(("scoring", "rare"), [(None, 0.2), ("f1", 0.1)])
def test_an_ensemble_comes_back_as_it_was(scoring: str | None, rare: float) -> None:
    ensembling, history, dataset = powers(scoring, power=0.3, rare=rare)
    ensembling.finish(history)
    expected = ensembling.load(history)
    again, _, _ = powers(scoring, power=0.3, rare=rare)
    again.restore(json.loads(json.dumps(ensembling.state())))
    found = again.load(history)
    assert found.post_processing == expected.post_processing
    np.testing.assert_array_equal(
        found.predict_outputs(dataset.X), expected.predict_outputs(dataset.X)
    )
    assert np.abs(expected.decide(dataset.X) - dataset.X.argmax(axis=1)).any() == (scoring == "f1")


class Unreadable:
    """Can be pickled and not be read back."""

    def __reduce__(self):
        return (_fails, ())


def _fails():
    raise OSError("gone")


def test_a_member_that_cannot_be_read_is_replaced_at_once():
    rng = np.random.default_rng(0)
    y = np.arange(N_ROWS) % 2
    dataset = Dataset(
        rng.normal(size=(N_ROWS, 1)), y, (Column("number", Kind.NUMERIC),), Task.BINARY, 2
    )
    folds = split_rows(dataset, 5, seed=0, time_limit=None)
    metric = resolve_scoring(None, Task.BINARY, np.arange(2))
    history = History()
    for number, (sure, model) in enumerate([(0.9, Unreadable()), (0.6, Kept(0))]):
        trial = Trial(number, Configuration({"model": "linear", "linear:C": float(number)}))
        history.add_trial(trial)
        for fold in folds.core():
            rows = folds.test(fold)
            right = np.where(y[rows] == 1, sure, 1 - sure)
            predictions = np.column_stack([1 - right, right])[np.newaxis]
            loss = metric.loss(y[rows], predictions[0], None)
            history.add_result(
                trial,
                FoldResult(
                    fold, Status.OK, rows, predictions, losses=(loss,), model=kept_in_memory(model)
                ),
            )
    clock = ManualClock()
    ensembling = make_ensembling(metric, dataset, folds, clock, timed=True)
    ensembling.update(history)
    assert set(ensembling.weights) == {1}
    ensembling.finish(history, deadline=clock.now - 1.0)
    assert len(ensembling.load(history).members) == 1


@pytest.mark.parametrize("measures", [True, False])
def test_models_are_loaded_during_the_search_only_to_measure_how_long_that_takes(
    measures: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[int] = []
    monkeypatch.setattr(
        LoadTimes, "measure", lambda self, history, numbers: measured.extend(numbers)
    )
    dataset, folds, history, metric = scored_history(n_classes=2)
    ensembling = make_ensembling(metric, dataset, folds, ManualClock(), timed=True)
    ensembling.measures_loading = measures
    ensembling.update(history)
    assert measured == ([0] if measures else [])
    assert (ensembling.load_seconds >= 0.5) is not measures
