from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autoskl.components.component import Context, Shape
from autoskl.components.transformers.log_scale import LogScale
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.fitted_model import make_output_map
from autoskl.evaluation.retransformation import correct_retransformation_bias as correct
from autoskl.evaluation.splitting import split_rows
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset
from tests.search.simulated import LocalHandle

N_ROWS = 400
LOG = {"response": "log_response", "log_response:offset": 0.01}


def table(noise: float = 1.0, **changes) -> Dataset:
    """Return values whose logarithm follows from two numbers."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, 2))
    y = np.exp(X[:, 0] + noise * rng.normal(size=N_ROWS))
    columns = (Column("a", Kind.NUMERIC), Column("b", Kind.NUMERIC))
    return Dataset(
        **{"X": X, "y": y, "columns": columns, "task": Task.REGRESSION, "n_classes": 1, **changes}
    )


def context(metric: str = "neg_mean_squared_error") -> Context:
    shape = Shape(n_rows=N_ROWS, n_columns=2)
    return Context(task=Task.REGRESSION, columns=table().columns, shape=shape, metric=metric)


def evaluate(dataset: Dataset, folds: tuple[int, ...] = (0,), **values):
    split = split_rows(dataset, 5, seed=0, time_limit=None)
    evaluator = Evaluator(
        dataset=LocalHandle(dataset),
        folds=LocalHandle(split),
        seed=0,
        metric="neg_mean_squared_error",
    )
    return evaluator.evaluate(Unit(Trial(0, Configuration({**LOG, **values})), folds))


def biased(dataset: Dataset):
    output_map = make_output_map(dataset.y, None, 1, LogScale(0.01))
    return np.exp(dataset.X[:, :1]), output_map


def test_the_mean_of_predictions_becomes_unbiased():
    dataset = table(noise=0.6)
    outputs, output_map = biased(dataset)
    corrected, changed = correct(outputs, output_map, dataset, None, context())
    # The mean of a log-normal is exp(0.18) = 1.2 of its median; the factor is shrunk towards 1.
    assert 1.05 < changed.factor < 1.2
    error = [np.mean((p[:, 0] - dataset.y) ** 2) for p in (outputs, corrected)]
    assert error[1] < error[0]


def test_no_row_influences_its_own_prediction():
    dataset = table()
    outputs, output_map = biased(dataset)
    before, _ = correct(outputs, output_map, dataset, None, context())
    other = dataset.y.copy()
    other[7] *= 1e3
    after, _ = correct(outputs, output_map, table(y=other), None, context())
    assert after[7] == before[7]
    assert (after != before).any()


def test_uncertain_factors_stay_near_one():
    dataset = table(noise=2.0)
    outputs, output_map = biased(dataset)
    few = np.arange(6)
    _, changed = correct(outputs[few], output_map, dataset, few, context())
    assert abs(changed.factor - 1.0) < 0.2


@pytest.mark.parametrize(
    "metric", ["neg_mean_absolute_error", "neg_mean_squared_log_error", "neg_median_absolute_error"]
)
def test_metrics_that_the_mean_does_not_minimise_are_not_corrected(metric):
    outputs, output_map = biased(table())
    same, unchanged = correct(outputs, output_map, table(), None, context(metric))
    assert same is outputs
    assert unchanged is output_map


def test_models_of_the_original_scale_are_not_corrected():
    outputs, output_map = biased(table())
    plain = replace(output_map, response=None)
    assert correct(outputs, plain, table(), None, context()) == (
        outputs,
        plain,
    )


def test_predictions_that_are_not_finite_are_not_corrected():
    outputs, output_map = biased(table())
    outputs[3] = np.nan
    assert correct(outputs, output_map, table(), None, context())[0] is outputs


@pytest.mark.parametrize("model", ["linear", "lightgbm", "hist_gradient_boosting", "real_mlp"])
def test_all_ways_of_fitting_predict_on_the_original_scale(model):
    if model == "real_mlp":
        pytest.importorskip("torch")
    dataset, folds = table(noise=0.2), (0, 1, 2, 3, 4)
    values = {"real_mlp:n_epochs": 16} if model == "real_mlp" else {}
    for result in evaluate(dataset, folds, model=model, **values):
        assert result.ok, result.reason
        y = dataset.y[result.rows]
        error = np.mean((result.predictions[-1][:, 0] - y) ** 2)
        assert error < 0.5 * np.var(y)
        # New rows are predicted with the factor of all held-out rows: nearly the same.
        again = result.model.load().outputs(dataset.X[result.rows])
        assert np.corrcoef(again[:, 0], y)[0, 1] > 0.7
        assert result.model.load().output_map.response is not None


def test_out_of_bag_predictions_are_on_the_original_scale():
    dataset = table(noise=0.2)
    split = split_rows(dataset, 5, seed=0, time_limit=None)
    evaluator = Evaluator(
        dataset=LocalHandle(dataset), folds=LocalHandle(split), seed=0, metric="r2", out_of_bag=True
    )
    values = {**LOG, "model": "random_forest", "random_forest:n_estimators": 64}
    results = evaluator.evaluate(Unit(Trial(0, Configuration(values)), (0, 1, 2, 3, 4)))
    assert [result.fold for result in results] == [0, 1, 2, 3, 4]
    for result in results:
        y = dataset.y[result.rows]
        assert np.mean((result.predictions[0][:, 0] - y) ** 2) < 0.5 * np.var(y)


def test_negative_targets_are_a_failure_with_a_reason():
    with pytest.raises(ValueError, match="Use plain_response"):
        evaluate(table(y=table().X[:, 0].copy()), model="linear")
