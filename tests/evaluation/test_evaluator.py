from __future__ import annotations

import pickle
import time

import numpy as np
import pytest
from scipy import sparse

from autoskl.components.models.constant import Constant
from autoskl.components.predictors.forest import ForestClassifier
from autoskl.components.registry import component, register, unregister
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import Status
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.folds import Folds, folds_from_pairs
from autoskl.evaluation.model_store import BytesModel, FileModel
from autoskl.evaluation.scoring import score_checkpoints
from autoskl.evaluation.splitting import split_rows
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import LocalHandle


def make_dataset(task=Task.BINARY, n_rows=240, seed=0, **changes) -> Dataset:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 5))
    signal = X[:, 0] + 0.5 * X[:, 1] + 0.3 * rng.normal(size=n_rows)
    if task is Task.REGRESSION:
        y, n_classes = signal, 1
    else:
        n_classes = 2 if task is Task.BINARY else 4
        edges = np.quantile(signal, np.arange(1, n_classes) / n_classes)
        y = np.digitize(signal, edges)
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(5))
    given = {"X": X, "y": y, "columns": columns, "task": task, "n_classes": n_classes}
    return Dataset(**{**given, **changes})


def make_evaluator(dataset: Dataset, folds: Folds | None = None, **changes) -> Evaluator:
    folds = folds or split_rows(dataset, 4, seed=0, time_limit=None)
    return Evaluator(dataset=LocalHandle(dataset), folds=LocalHandle(folds), seed=0, **changes)


def trial(model: str, number=0, fidelity=None, **values) -> Trial:
    named = {f"{model}:{name}": value for name, value in values.items()}
    configuration = Configuration({"model": model, **named})
    return Trial(number, configuration, fidelity or Fidelity())


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("model", ["constant", "linear", "lightgbm", "extra_trees"])
def test_a_fold_predicts_its_held_out_rows(task, model):
    dataset = make_dataset(task)
    evaluator = make_evaluator(dataset)
    (result,) = evaluator.evaluate(Unit(trial(model), (2,)))
    folds = evaluator.folds.load()
    assert result.status is Status.OK, result.reason
    np.testing.assert_array_equal(result.rows, folds.test(2))
    assert result.predictions.shape[1:] == (len(folds.test(2)), dataset.n_outputs)
    if task.is_classification:
        np.testing.assert_allclose(result.predictions.sum(axis=-1), 1.0, rtol=1e-5)
        assert (result.predictions > 0).all()
    stored = result.model.load()
    if result.checkpoints:
        stored = stored.truncate(result.checkpoints[-1])
    np.testing.assert_allclose(
        stored.outputs(dataset.X[result.rows]), result.predictions[-1], rtol=1e-5, atol=1e-6
    )


def test_staged_models_give_a_learning_curve():
    dataset = make_dataset(n_rows=600)
    evaluator = make_evaluator(dataset)
    (result,) = evaluator.evaluate(Unit(trial("lightgbm", learning_rate=0.1), (0,)))
    assert len(result.checkpoints) == len(result.predictions) > 3
    assert list(result.checkpoints) == sorted(result.checkpoints)
    scored = score_checkpoints(result, resolve_scoring(None, Task.BINARY, np.arange(2)), dataset)
    assert len(scored.losses) == len(result.checkpoints)
    assert min(scored.losses) < 0.5


def test_the_same_unit_gives_the_same_result():
    evaluator = make_evaluator(make_dataset())
    for model in ("extra_trees", "lightgbm"):
        first, second = (evaluator.evaluate(Unit(trial(model), (1,)))[0] for _ in range(2))
        np.testing.assert_array_equal(first.predictions, second.predictions)


def test_a_forest_predicts_all_folds_from_one_fit():
    dataset = make_dataset()
    evaluator = make_evaluator(dataset, out_of_bag=True)
    results = evaluator.evaluate(Unit(trial("random_forest", n_estimators=64), (0, 1, 2, 3)))
    assert [result.fold for result in results] == [0, 1, 2, 3]
    assert len({id(result.model) for result in results}) == 1
    metric = resolve_scoring(None, Task.BINARY, np.arange(2))
    loss = np.mean([score_checkpoints(result, metric, dataset).losses[0] for result in results])
    by_folds = make_evaluator(dataset).evaluate(
        Unit(trial("random_forest", n_estimators=64), (0, 1, 2, 3))
    )
    honest = np.mean([score_checkpoints(result, metric, dataset).losses[0] for result in by_folds])
    # Rows that the trees were fitted on would be predicted with half the loss.
    assert loss == pytest.approx(honest, rel=0.2)
    assert len({id(result.model) for result in by_folds}) == 4


def test_folds_are_fitted_if_rows_are_rarely_out_of_bag(monkeypatch):
    monkeypatch.setattr("autoskl.evaluation.out_of_bag._MIN_PARTS", 10**6)
    evaluator = make_evaluator(make_dataset(), out_of_bag=True)
    results = evaluator.evaluate(Unit(trial("random_forest", n_estimators=64), (0, 1, 2, 3)))
    assert len({id(result.model) for result in results}) == 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda values: values / 0.0, "missing or infinite"),
        (lambda values: values[:, :1], "of shape"),
    ],
)
def test_invalid_out_of_bag_predictions_are_a_failure(monkeypatch, change, reason):
    whole = ForestClassifier.out_of_bag_outputs

    def broken(self):
        predictions, counts = whole(self)
        return change(predictions), counts

    monkeypatch.setattr(ForestClassifier, "out_of_bag_outputs", broken)
    evaluator = make_evaluator(make_dataset(), out_of_bag=True)
    results = evaluator.evaluate(Unit(trial("random_forest", n_estimators=64), (0, 1, 2, 3)))
    assert [result.fold for result in results] == [0, 1, 2, 3]
    for result in results:
        assert result.status is Status.INVALID
        assert reason in result.reason


def test_low_fidelity_fits_fewer_rows_and_predicts_all_held_out_rows():
    dataset = make_dataset(n_rows=1000)
    evaluator = make_evaluator(dataset)
    full = evaluator.evaluate(Unit(trial("k_nearest_neighbors"), (0,)))[0]
    small = evaluator.evaluate(
        Unit(trial("k_nearest_neighbors", fidelity=Fidelity(rows=0.1)), (0,))
    )[0]
    assert small.predictions.shape == full.predictions.shape
    assert small.model.size < full.model.size / 3


def test_a_class_absent_from_the_fitted_rows_is_unlikely_but_possible():
    dataset = make_dataset(Task.MULTICLASS)
    without = np.flatnonzero(dataset.y != 3)
    folds = folds_from_pairs(
        [(without, np.flatnonzero(dataset.y == 3))], 240, np.ones(240, np.float32)
    )
    for model in ("linear", "lightgbm", "random_forest", "k_nearest_neighbors"):
        (result,) = make_evaluator(dataset, folds).evaluate(Unit(trial(model), (0,)))
        assert result.ok, result.reason
        assert 0 < result.predictions[..., 3].max() < 0.05


def test_weights_of_rows_change_the_fit():
    dataset = make_dataset()
    heavy = np.where(dataset.y == 1, 20.0, 1.0)
    weighted = make_dataset(fit_weight=heavy)
    for model in ("linear", "lightgbm", "extra_trees", "constant"):
        plain = make_evaluator(dataset).evaluate(Unit(trial(model), (0,)))[0]
        moved = make_evaluator(weighted).evaluate(Unit(trial(model), (0,)))[0]
        assert moved.predictions[-1, :, 1].mean() > plain.predictions[-1, :, 1].mean()


def test_models_are_stored_in_files_if_there_is_a_folder(tmp_path):
    evaluator = make_evaluator(make_dataset(), directory=str(tmp_path))
    (result,) = evaluator.evaluate(Unit(trial("linear"), (0,)))
    assert isinstance(result.model, FileModel)
    assert result.model.size == sum(path.stat().st_size for path in tmp_path.iterdir())
    (kept,) = make_evaluator(make_dataset()).evaluate(Unit(trial("linear"), (0,)))
    assert isinstance(kept.model, BytesModel)
    assert kept.model.size == result.model.size


def test_sparse_tables_are_fitted():
    dense = make_dataset()
    dataset = make_dataset(X=sparse.csr_array(dense.X), columns=())
    for model in ("linear", "lightgbm", "extra_trees"):
        (result,) = make_evaluator(dataset).evaluate(Unit(trial(model), (0,)))
        assert result.ok, result.reason


def test_missing_predictions_are_a_failure_with_a_reason(monkeypatch):
    from autoskl.components.predictors.double_precision_linear import DoubleLogisticRegression

    def infinite(self, X):
        return np.full((X.shape[0], 2), np.inf)

    monkeypatch.setattr(DoubleLogisticRegression, "predict_proba", infinite)
    (result,) = make_evaluator(make_dataset()).evaluate(Unit(trial("linear"), (0,)))
    assert result.status is Status.INVALID
    assert "missing or infinite" in result.reason


def test_iterative_models_stop_at_the_deadline():
    dataset = make_dataset(n_rows=2000)
    evaluator = make_evaluator(dataset)
    unit = Unit(trial("lightgbm", learning_rate=0.005), (0,))
    (late,) = evaluator.evaluate(unit, seconds=-1.0)
    (free,) = evaluator.evaluate(unit)
    assert late.ok
    assert late.checkpoints[-1] < free.checkpoints[-1]


def test_nothing_is_fitted_after_the_deadline():
    evaluator = make_evaluator(make_dataset())
    unit = Unit(trial("lightgbm"), (0,))
    assert evaluator.evaluate(unit, until=time.monotonic() - 1.0) == ()


class Doubtful(Constant):
    """A constant model under another name."""


def test_registered_components_are_pickled_with_the_evaluator():
    register(Doubtful(), "doubtful")
    try:
        evaluator = make_evaluator(make_dataset())
    finally:
        unregister("doubtful")
    with pytest.raises(ValueError, match="no component 'doubtful'"):
        component("doubtful")
    # As in a worker, which knows the component from the evaluator only.
    (result,) = pickle.loads(pickle.dumps(evaluator)).evaluate(Unit(trial("doubtful"), (0,)))
    unregister("doubtful")
    assert result.status is Status.OK, result.reason
