from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import ElasticNet, LogisticRegression

from autoskl.components.component import Context, Shape
from autoskl.components.models.linear import Linear
from autoskl.components.predictors.double_precision_linear import ScaledElasticNet
from autoskl.core.task import Task
from tests.components.factories import context_for, table


def outputs(model: Any, X: Any) -> Any:
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


@pytest.mark.parametrize("penalty", ["l2", "elastic_net"])
@pytest.mark.parametrize("n_classes", [1, 2, 3])
def test_weights_equal_repeated_rows_in_any_order(n_classes: int, penalty: str) -> None:
    X, y = table(80, 5, n_classes)
    context = context_for(X, n_classes)
    values = Linear().parameters(context.task).complete({"penalty": penalty})
    weight = np.random.default_rng(0).integers(0, 4, len(y)).astype(float)
    rows = np.random.default_rng(1).permutation(np.repeat(np.arange(len(y)), weight.astype(int)))
    weighted = Linear().build(values, context).fit(X, y, sample_weight=weight)
    repeated = Linear().build(values, context).fit(X[rows], y[rows])
    tolerance = 1e-9 if penalty == "l2" else 1e-4
    np.testing.assert_allclose(outputs(weighted, X), outputs(repeated, X), rtol=tolerance)


@pytest.mark.parametrize("n_classes", [2, 10])
def test_solvers_of_large_and_small_tables_agree(n_classes: int) -> None:
    X, y = table(400, 30, n_classes)
    context = context_for(X, n_classes)
    values = Linear().parameters(context.task).default()
    fits = []
    for n_rows in (400, 4_000_000):
        shape = Shape(n_rows=n_rows, n_columns=30, n_classes=n_classes)
        around = Context(task=context.task, columns=context.columns, shape=shape)
        fits.append(Linear().build(values, around).fit(X, y).predict_proba(X))
    np.testing.assert_allclose(*fits, atol=1e-3)


def test_sparse_logistic_regression_finds_the_optimum() -> None:
    from autoskl.components.predictors.sparse_logistic import SparseLogisticRegression

    for n_classes in (2, 3):
        X, y = table(200, 6, n_classes)
        ours = SparseLogisticRegression(C=0.1, l1_ratio=0.7, tol=1e-9, max_iter=5000).fit(X, y)
        theirs = LogisticRegression(
            C=0.1, l1_ratio=0.7, solver="saga", tol=1e-9, max_iter=20_000
        ).fit(X, y)
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
        np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
        assert (ours.coef_ == 0).any()


def test_elastic_net_does_not_depend_on_the_scale_of_the_target() -> None:
    X, y = table(100, 4, 1)
    small = ScaledElasticNet(alpha=20.0).fit(X, y)
    large = ScaledElasticNet(alpha=20.0).fit(X, 1e6 * y - 3e7)
    np.testing.assert_allclose(1e6 * small.predict(X) - 3e7, large.predict(X), rtol=1e-9)
    z = (y - y.mean()) / y.std()
    theirs = ElasticNet(alpha=0.2, l1_ratio=0.5, tol=1e-8).fit(X, z)
    np.testing.assert_allclose(small.model_.coef_, theirs.coef_, atol=1e-5)


@pytest.mark.parametrize("penalty", ["l2", "elastic_net"])
@pytest.mark.parametrize("n_classes", [1, 2, 3])
def test_sparse_rows_are_fitted_like_dense_ones(n_classes: int, penalty: str) -> None:
    X, y = table(150, 5, n_classes)
    X[np.abs(X) < 0.7] = 0
    context = context_for(X, n_classes)
    values = Linear().parameters(context.task).complete({"penalty": penalty})
    without = Context(task=context.task, columns=(), shape=context.shape)
    rows = sparse.csr_array(X)
    dense = outputs(Linear().build(values, context).fit(X, y), X)
    np.testing.assert_allclose(
        dense, outputs(Linear().build(values, without).fit(rows, y), rows), rtol=1e-3
    )


def test_little_time_gives_few_iterations() -> None:
    shape = Shape(n_rows=1_000_000, n_columns=100, n_classes=2)
    columns = context_for(np.zeros((1, 100))).columns
    values = Linear().parameters(Task.BINARY).default()
    late = Context(task=Task.BINARY, columns=columns, shape=shape, deadline=-1.0)
    assert Linear().build(values, late).max_iter == 5
    never = Context(task=Task.BINARY, columns=columns, shape=shape)
    assert Linear().build(values, never).max_iter == 1000
