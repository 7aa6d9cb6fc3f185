from __future__ import annotations

import numpy as np
import pytest

from autoskl.components.predictors.log_linear import LogLinearRegressor


def counts() -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 2))
    return X, rng.poisson(np.exp(1 + X[:, 0])).astype(float)


@pytest.mark.parametrize("power", [1.0, 1.5])
def test_log_linear_mean_is_recovered(power: float) -> None:
    X, y = counts()
    model = LogLinearRegressor(power=power, alpha=1e-6).fit(X, y)
    np.testing.assert_allclose(model.coef_, [1.0, 0.0], atol=0.15)
    assert (model.predict(X) > 0).all()


def test_scale_of_the_target_does_not_matter() -> None:
    X, y = counts()
    small = LogLinearRegressor().fit(X, y).predict(X)
    np.testing.assert_allclose(LogLinearRegressor().fit(X, 1e5 * y).predict(X), 1e5 * small)


def test_far_rows_do_not_overflow() -> None:
    X, y = counts()
    assert np.isfinite(LogLinearRegressor().fit(X, y).predict(1e9 * X)).all()


def test_all_zeros_are_predicted() -> None:
    X, y = counts()
    np.testing.assert_array_equal(LogLinearRegressor().fit(X, 0 * y).predict(X), 0 * y)


def test_negative_values_are_rejected() -> None:
    X, y = counts()
    with pytest.raises(ValueError, match=r"not negative; the lowest is -1"):
        LogLinearRegressor().fit(X, y - 1)
