"""Networks, whose folds are fitted jointly as one unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin

from autoskl.components import cache
from autoskl.components.preprocessing.variance import Variance
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import Status
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.model_store import FileModel
from autoskl.evaluation.worker_cache import cache_of
from tests.evaluation.test_evaluator import make_dataset, make_evaluator, trial

pytest.importorskip("torch")

from autoskl.neural.network_estimator import NetworkClassifier

NETWORK = {"variant": "small", "n_epochs": 18, "n_layers": 1, "width": 64}


def network(fidelity: Fidelity | None = None, **changes):
    return trial("real_mlp", fidelity=fidelity, **{**NETWORK, **changes})


def test_folds_are_fitted_jointly_and_share_the_best_epoch_of_the_mean_curve():
    evaluator = make_evaluator(make_dataset())
    results = evaluator.evaluate(Unit(network(), (0, 1, 2, 3)))
    folds = evaluator.folds.load()
    assert [result.fold for result in results] == [0, 1, 2, 3]
    assert {result.status for result in results} == {Status.OK}
    best = int(np.mean([result.curve for result in results], axis=0).argmin()) + 1
    for result in results:
        np.testing.assert_array_equal(result.rows, folds.test(result.fold))
        fitted = result.model.load()
        assert fitted.pipeline[-1].best_epoch_ == best
        expected = fitted.outputs(evaluator.dataset.load().X[result.rows])
        np.testing.assert_allclose(result.predictions[0], expected, rtol=1e-5)


def test_a_unit_of_fewer_folds_has_its_own_best_epoch(tmp_path: Path):
    evaluator = make_evaluator(make_dataset(), directory=str(tmp_path))
    results = evaluator.evaluate(Unit(network(), (1, 2)))
    assert [result.fold for result in results] == [1, 2]
    epochs = [result.model.load().pipeline[-1].best_epoch_ for result in results]
    assert epochs == [int(np.mean([r.curve for r in results], axis=0).argmin()) + 1] * 2
    evaluator.evaluate(Unit(network(), (0, 1, 2, 3)))
    assert len(list(tmp_path.iterdir())) == 6


def test_a_single_fold_chooses_its_epoch_without_its_held_out_rows():
    dataset = make_dataset()
    (result,) = make_evaluator(dataset).evaluate(Unit(network(), (0,)))
    y = dataset.y.copy()
    y[result.rows] = 1 - y[result.rows]
    other = make_evaluator(make_dataset(y=y), make_evaluator(dataset).folds.load())
    (again,) = other.evaluate(Unit(network(), (0,)))
    np.testing.assert_array_equal(result.predictions, again.predictions)
    assert result.curve == again.curve
    assert len(result.curve) == 18


@pytest.mark.parametrize("folds", [(0, 1), (0,)])
def test_low_fidelity_trains_fewer_epochs(tmp_path: Path, folds: tuple[int, ...]):
    evaluator = make_evaluator(make_dataset(), directory=str(tmp_path))
    names = set()
    for share in (1 / 9, 1 / 3, 1.0):
        for result in evaluator.evaluate(Unit(network(Fidelity(epochs=share)), folds)):
            assert result.status is Status.OK
            assert len(result.curve) == np.ceil(18 * share)
            assert isinstance(result.model, FileModel)
            names.add(result.model.path)
    assert len(names) == 3 * len(folds) == len(list(tmp_path.iterdir()))


def test_training_is_stopped_if_it_is_unlikely_to_beat_the_best():
    evaluator = make_evaluator(make_dataset())
    many = network(n_epochs=60)
    whole = evaluator.evaluate(Unit(many, (0, 1), to_beat=1e9))
    stopped = evaluator.evaluate(Unit(many, (0, 1), to_beat=-1.0))
    assert {result.status for result in whole} == {Status.OK}
    for result, full in zip(stopped, whole, strict=True):
        n = len(result.curve)
        assert result.status is Status.STOPPED
        assert result.ok
        assert 8 <= n < 60
        assert result.curve == full.curve[:n]
        assert result.reason.startswith(f"The training was stopped after {n} epochs")
        assert np.isfinite(result.predictions).all()


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        (lambda X: np.full((len(X), 2), np.nan), "missing or infinite"),
        (lambda X: np.ones((len(X), 3)), "an array of shape"),
    ],
)
def test_invalid_predictions_are_a_failure_with_a_reason(monkeypatch, outputs, reason):
    monkeypatch.setattr(NetworkClassifier, "predict_proba", lambda _, X: outputs(X))
    few = network(Fidelity(epochs=0.1))
    for result in make_evaluator(make_dataset()).evaluate(Unit(few, (0, 1))):
        assert result.status is Status.INVALID
        assert reason in result.reason
        assert result.fit_seconds > 0


class OddOrEven(TransformerMixin, BaseEstimator):
    """Keeps one more column if the number of rows is odd."""

    def fit(self, X, y=None):
        self.kept_ = 3 + len(X) % 2
        return self

    def transform(self, X):
        return X[:, : self.kept_]


def test_folds_with_different_columns_are_fitted_one_by_one(monkeypatch):
    monkeypatch.setattr(Variance, "build", lambda *_: OddOrEven())
    dataset = make_dataset(n_rows=241)  # so that folds differ by a row
    selecting = network()
    configuration = type(selecting.configuration)(
        {**selecting.configuration, "selector": "variance"}
    )
    evaluator = make_evaluator(dataset)
    unit = Unit(type(selecting)(0, configuration), (0, 1, 2, 3))
    results = evaluator.evaluate(unit, seconds=60.0)
    assert [result.status for result in results] == [Status.OK] * 4
    assert all(len(result.curve) == 18 for result in results)
    assert len({r.model.load().pipeline[-1].n_features_in_ for r in results}) == 2


def test_networks_know_how_many_processes_share_a_gpu(monkeypatch):
    shared = []
    monkeypatch.setattr("autoskl.neural.devices.share_gpus", shared.append)
    evaluator = make_evaluator(make_dataset(), processes=3)
    evaluator.evaluate(Unit(trial("linear"), (0,)))
    assert shared == []
    evaluator.evaluate(Unit(network(Fidelity(epochs=0.1)), (0, 1)))
    assert shared == [3]


def test_folds_of_other_sizes_are_trained_alike():
    """TabM has mini-batches of a sixteenth of the rows: 64 of 1,039 and 65 of 1,040."""
    evaluator = make_evaluator(make_dataset(n_rows=1386))
    sizes = {len(evaluator.folds.load().train(fold)) // 16 for fold in range(4)}
    assert len(sizes) > 1
    small = trial("tabm", fidelity=Fidelity(epochs=0.01), width=64, n_blocks=1)
    results = evaluator.evaluate(Unit(small, (0, 1, 2, 3)))
    assert {result.status for result in results} == {Status.OK}, results[0].reason


def test_a_previous_joint_fit_does_not_change_a_single_fold(monkeypatch):
    """Quantiles are half as many as rows: 90 of the 181 of a fold, 91 of the mean of all."""
    monkeypatch.setattr(cache, "_MIN_SECONDS", 0.0)
    steps = {"imputer": "mean", "scaler": "quantile", "quantile:n_quantiles": 200}
    single = Trial(0, Configuration({"model": "linear", **steps}))
    together = Trial(1, Configuration({**network(Fidelity(epochs=0.1)).configuration, **steps}))
    evaluators = [make_evaluator(make_dataset(n_rows=242)) for _ in range(2)]
    sizes = [len(evaluators[0].folds.load().train(fold)) for fold in range(4)]
    assert sorted(sizes) == [181, 181, 182, 182]
    fold = sizes.index(181)
    (alone,) = evaluators[0].evaluate(Unit(single, (fold,)))
    assert evaluators[1].evaluate(Unit(together, (0, 1, 2, 3)))[0].ok
    (after,) = evaluators[1].evaluate(Unit(single, (fold,)))
    np.testing.assert_array_equal(alone.predictions, after.predictions)
    kept = cache_of(evaluators[1].dataset.load())
    (result,) = evaluators[1].evaluate(Unit(single, (sizes.index(182),)))
    assert result.ok
    assert kept.hits == 1, "91 quantiles of both"
