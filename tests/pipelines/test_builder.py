from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin, clone

from autoskl.components.component import Component, Context, Role, Tags
from autoskl.components.registry import register, unregister
from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import Task
from autoskl.pipelines.builder import build
from autoskl.pipelines.weight_routing import request_weights
from autoskl.space import Space
from autoskl.tables.columns import Column, Kind
from tests.pipelines.factories import (
    CITY,
    GAPS,
    MIXED,
    NUMBER,
    PLAN,
    build_pipeline,
    context_of,
    rows_of,
    space_of_table,
    target_of,
)


def outputs(pipeline: Any, X: Any) -> Any:
    if hasattr(pipeline, "predict_proba"):
        return pipeline.predict_proba(X)
    return pipeline.predict(X)[:, np.newaxis]


def fit(pipeline: Any, X: Any, y: Any, weight: Any = None) -> Any:
    request_weights(pipeline)
    with config_context(enable_metadata_routing=True):
        return pipeline.fit(X, y, sample_weight=weight)


@pytest.mark.parametrize("task", Task)
def test_random_configurations_predict_rows_with_new_missing_values(task: Task) -> None:
    space = space_of_table(task=task, exclude=["random_forest", "extra_trees", "catboost"])
    X, Z = rows_of(MIXED), rows_of(MIXED, seed=1)
    y = target_of(X, task)
    Z[:5] = np.nan
    Z[5:9, 1] = 77  # A code that does not exist.
    for configuration in space.sample(np.random.default_rng(task == Task.BINARY), 12):
        pipeline = build_pipeline(configuration, context_of(task=task))
        assert pipeline.steps[-1][0] == "model"
        fitted = clone(pipeline).fit(X, y)
        result = outputs(fitted, Z)
        assert result.shape[0] == len(Z)
        assert np.isfinite(result).all()
        np.testing.assert_array_equal(result, outputs(pickle.loads(pickle.dumps(fitted)), Z))


@pytest.mark.parametrize("task", Task)
def test_random_configurations_for_sparse_rows(task: Task) -> None:
    space = space_of_table((), task, exclude=["random_forest", "extra_trees"])
    X = rows_of((NUMBER,) * 5)
    y = target_of(X, task)
    X[np.abs(X) < 0.6] = 0
    rows = sparse.csr_array(X)
    for configuration in space.sample(np.random.default_rng(0), 6):
        pipeline = build_pipeline(configuration, context_of((), task)).fit(rows, y)
        assert np.isfinite(outputs(pipeline, rows)).all()


@pytest.mark.parametrize("task", Task)
def test_integer_weights_equal_repeated_rows(task: Task) -> None:
    columns = (NUMBER,) * 4
    X = rows_of(columns) * [1.0, 1e3, 1e-3, 1.0] + [0.0, 1e4, 0.0, -5.0]
    y = target_of(rows_of(columns), task)
    configuration = space_of_table(columns, task).complete({"model": "linear"})
    weight = np.random.default_rng(3).integers(0, 4, len(y)).astype(float)
    rows = np.random.default_rng(4).permutation(np.repeat(np.arange(len(y)), weight.astype(int)))
    context = context_of(columns, task)
    weighted = fit(build_pipeline(configuration, context), X, y, weight)
    repeated = build_pipeline(configuration, context).fit(X[rows], y[rows])
    np.testing.assert_allclose(outputs(weighted, X), outputs(repeated, X), rtol=1e-9)
    scaler = weighted["scaler"]
    np.testing.assert_allclose(scaler.mean_, np.average(X, axis=0, weights=weight))


def test_every_family_uses_routed_weights() -> None:
    space = space_of_table()
    X = rows_of(MIXED)
    y = target_of(X, Task.BINARY)
    weight = np.where(y == 1, 20.0, 1.0)
    for model in space.parameters["model"].levels or ():
        configuration = space.complete({"model": model})
        plain = build_pipeline(configuration, context_of()).fit(X, y)
        weighted = fit(build_pipeline(configuration, context_of()), X, y, weight)
        moved = outputs(weighted, X)[:, 1].mean() - outputs(plain, X)[:, 1].mean()
        # Frequencies of classes mean nothing to complement naive Bayes.
        assert moved > 0 or (model == "complement_naive_bayes" and moved != 0)


def test_linear_pipeline_of_numbers_is_three_plain_steps() -> None:
    configuration = space_of_table((NUMBER,)).complete({"model": "linear"})
    pipeline = build_pipeline(configuration, context_of((NUMBER,)))
    names = [(name, type(step).__name__) for name, step in pipeline.steps]
    assert names == [
        ("imputer", "WeightedImputer"),
        ("scaler", "StandardScaler"),
        ("model", "DoubleLogisticRegression"),
    ]


def test_trees_with_native_categories_need_no_preprocessing() -> None:
    pipeline = build_pipeline(space_of_table().default(), context_of())
    assert [name for name, _ in pipeline.steps] == ["model"]
    assert pipeline["model"].categorical == (1, 3)


def test_needed_components_are_added() -> None:
    X = rows_of(MIXED)
    y = target_of(X, Task.BINARY)
    steps = {
        "constant": ["model"],
        "lightgbm": ["model"],
        "random_forest": ["encoder", "model"],
        "linear": ["encoder", "imputer", "model"],
    }
    for model, names in steps.items():
        pipeline = build_pipeline(Configuration({"model": model}), context_of()).fit(X, y)
        assert [name for name, _ in pipeline.steps] == names


class Witness(Component):
    """A model that records the context in which it was built."""

    role = Role.MODEL
    tags = Tags(missing=True, categorical=True)
    seen: Context

    def parameters(self, task: Task) -> Space:
        return Space(())

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        from sklearn.dummy import DummyClassifier

        self.seen = context
        return DummyClassifier()


@pytest.mark.parametrize(
    ("encoder", "kinds"),
    [
        ("native", [Kind.NUMERIC, Kind.CATEGORICAL, Kind.NUMERIC, Kind.CATEGORICAL]),
        ("ordinal", [Kind.ORDINAL, Kind.ORDINAL, Kind.NUMERIC, Kind.NUMERIC]),
        ("one_hot", [Kind.BOOLEAN] * 10 + [Kind.NUMERIC] * 2),
    ],
)
def test_the_model_context_describes_the_columns_received(encoder: str, kinds: list[Kind]) -> None:
    witness = Witness()
    register(witness)
    try:
        configuration = Configuration({"model": "witness", "encoder": encoder})
        pipeline = build_pipeline(configuration, context_of())
    finally:
        unregister("witness")
    assert [column.kind for column in witness.seen.columns] == kinds
    assert witness.seen.shape.n_columns == len(kinds)
    if encoder != "native":
        # Frequent enough categories, so that the estimate is exact.
        X = rows_of(MIXED, n_rows=900)
        assert pipeline[:-1].fit_transform(X).shape[1] == len(kinds)


def test_missing_indicators_are_added_if_requested() -> None:
    columns = (GAPS, NUMBER)
    space = space_of_table(columns)
    configuration = space.complete({"model": "linear", "imputer": "mean", "mean:indicator": True})
    X = rows_of(columns)
    pipeline = build_pipeline(configuration, context_of(columns))
    assert pipeline[:-1].fit_transform(X).shape[1] == 3


def test_many_categories_make_a_limited_number_of_columns() -> None:
    columns = tuple(Column(f"c{i}", Kind.CATEGORICAL, n_levels=3000) for i in range(4))
    X = np.random.default_rng(0).integers(0, 3000, (9000, 4)).astype(float)
    configuration = space_of_table(columns).complete(
        {"model": "linear", "one_hot:min_frequency": 1}
    )
    Z = build_pipeline(configuration, context_of(columns))[:-1].fit_transform(X)
    assert Z.shape[1] <= 4 * 255


def test_float32_is_preserved() -> None:
    X = rows_of(MIXED).astype(np.float32)
    for model in ("linear", "random_forest"):
        configuration = space_of_table().complete({"model": model})
        assert build_pipeline(configuration, context_of())[:-1].fit_transform(X).dtype == np.float32


def test_only_categories() -> None:
    columns = (CITY, PLAN)
    X = rows_of(columns)
    configuration = space_of_table(columns).complete({"model": "linear"})
    pipeline = build_pipeline(configuration, context_of(columns))
    assert type(pipeline["encoder"]).__name__ == "OneHotEncoder"
    pipeline.fit(X, np.arange(90) % 2)


def recipe(configuration: Configuration, n_rows: int) -> tuple[Any, ...]:
    context = context_of((NUMBER, NUMBER))
    context = replace(context, shape=replace(context.shape, n_rows=n_rows))
    return build(configuration, context).recipe


def test_recipes_depend_on_rows_only_through_the_steps() -> None:
    configuration = Configuration({"model": "linear", "scaler": "quantile"})
    assert recipe(configuration, 90) == recipe(configuration, 91), "45 quantiles of both"
    assert recipe(configuration, 90) != recipe(configuration, 92)
    other = Configuration({"model": "lightgbm", "scaler": "quantile"})
    assert recipe(other, 90)[-1] == recipe(configuration, 90)[-1], "the model says nothing"


def test_recipes_of_unpicklable_steps_contain_the_number_of_rows() -> None:
    class Identity(TransformerMixin, BaseEstimator):
        def transform(self, X: Any) -> Any:
            return X

    class OfANotebook(Component):
        role = Role.SCALER

        def parameters(self, task: Task) -> Space:
            return Space(())

        def build(self, values: Mapping[str, Value], context: Context) -> Any:
            return Identity()

    register(OfANotebook(), "of_a_notebook")
    try:
        configuration = Configuration({"model": "lightgbm", "scaler": "of_a_notebook"})
        assert recipe(configuration, 90) == recipe(configuration, 90)
        assert recipe(configuration, 90) != recipe(configuration, 91)
    finally:
        unregister("of_a_notebook")


def test_unknown_models_are_rejected_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match="Did you mean 'linear'"):
        build_pipeline(Configuration({"model": "liner"}), context_of())
