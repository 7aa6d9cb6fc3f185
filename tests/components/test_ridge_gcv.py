from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from autoskl.components.predictors.ridge_gcv import RidgeGCV


def problem(n_rows: int, n_columns: int, noise: float, seed: int = 0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_columns))
    return X, X @ rng.normal(size=n_columns) + 3.0 + noise * rng.normal(size=n_rows)


@pytest.mark.parametrize(("n_rows", "n_columns"), [(60, 5), (20, 50), (30, 30), (1, 3)])
def test_coefficients_equal_ridge_regression(n_rows: int, n_columns: int) -> None:
    X, y = problem(n_rows, n_columns, 0.5)
    model = RidgeGCV().fit(X, y)
    same = Ridge(alpha=model.alpha_).fit(X, y)
    np.testing.assert_allclose(model.coef_, same.coef_, atol=1e-6)
    np.testing.assert_allclose(model.predict(X), same.predict(X), atol=1e-6)


def test_penalty_minimises_the_generalised_error() -> None:
    X, y = problem(40, 10, 2.0)
    A = X - X.mean(axis=0)

    def error(alpha: float) -> float:
        residuals = y - Ridge(alpha=alpha).fit(X, y).predict(X)
        hat = A @ np.linalg.solve(A.T @ A + alpha * np.eye(10), A.T)
        return float(residuals @ residuals / (40 - 1 - 1.2 * np.trace(hat)) ** 2)

    alpha = RidgeGCV().fit(X, y).alpha_
    assert error(alpha) <= min(error(10.0**k) for k in range(-6, 6))


def test_noise_is_shrunk_and_exact_signal_is_not() -> None:
    X, y = problem(60, 20, 0.0)
    assert RidgeGCV().fit(X, y).score(X, y) > 1 - 1e-9
    rng = np.random.default_rng(1)
    assert np.abs(RidgeGCV().fit(X, rng.normal(size=60)).coef_).max() < 0.2


def test_columns_with_small_variance_are_used() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 1)) + 0.01 * rng.normal(size=(300, 10))
    y = 100 * (X[:, 0] - X[:, 1]) + 0.3 * rng.normal(size=300)
    assert RidgeGCV().fit(X[:200], y[:200]).score(X[200:], y[200:]) > 0.9
    assert Ridge(1.0).fit(X[:200], y[:200]).score(X[200:], y[200:]) < 0.5


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 40), st.integers(1, 30), st.floats(0.0, 5.0))
def test_weight_equals_repeated_rows_in_any_order(
    seed: int, n_rows: int, n_columns: int, noise: float
) -> None:
    X, y = problem(n_rows, n_columns, noise, seed)
    rng = np.random.default_rng(seed)
    weight = rng.integers(0, 4, n_rows)
    weight[0] = 1
    repeated = rng.permutation(np.repeat(np.arange(n_rows), weight))
    by_weight = RidgeGCV().fit(X, y, weight)
    by_rows = RidgeGCV().fit(X[repeated], y[repeated])
    assert by_weight.alpha_ == pytest.approx(by_rows.alpha_)
    np.testing.assert_allclose(by_weight.predict(X), by_rows.predict(X), rtol=1e-6, atol=1e-6)


def test_constant_target_and_constant_columns_are_fitted() -> None:
    X = np.ones((10, 3))
    assert np.ptp(RidgeGCV().fit(X, np.arange(10.0)).predict(X)) == 0
    X, _ = problem(10, 3, 1.0)
    np.testing.assert_allclose(RidgeGCV().fit(X, np.full(10, 4.0)).predict(X), 4.0)
