"""Generalised linear models of the Tweedie family, independent of the target's scale."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import TweedieRegressor
from sklearn.utils.validation import check_is_fitted

from autoskl.core.process_state import ignore_all_warnings

_MAX_LOG = 50.0
"""Maximum absolute log-prediction, in units of the mean."""


class LogLinearRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """`TweedieRegressor` with a log link, fitted to the target divided by its mean.

    Parameters
    ----------
    power : float, default=1.0
    alpha : float, default=1e-3
    max_iter : int, default=300
    """

    def __init__(self, power: float = 1.0, alpha: float = 1e-3, max_iter: int = 300) -> None:
        self.power = power
        self.alpha = alpha
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision.

        Raises
        ------
        ValueError
            If a target value is negative.
        """
        y = np.asarray(y, dtype=np.float64)
        if y.min() < 0:
            raise ValueError(
                f"Tweedie regression needs target values that are not negative; the lowest is "
                f"{y.min()}. Use another model."
            )
        self.n_features_in_ = X.shape[1]
        self.mean_ = float(np.average(y, weights=sample_weight))
        if self.mean_ > 0:
            model = TweedieRegressor(
                power=self.power, alpha=self.alpha, link="log", max_iter=self.max_iter
            )
            with ignore_all_warnings():
                model.fit(X.astype(np.float64, copy=False), y / self.mean_, sample_weight)
            self.coef_, self.intercept_ = model.coef_, float(model.intercept_)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        check_is_fitted(self, "mean_")
        if self.mean_ == 0:
            return np.zeros(X.shape[0])
        logarithm = np.clip(X @ self.coef_ + self.intercept_, -_MAX_LOG, _MAX_LOG)
        values: NDArray[np.float64] = np.exp(logarithm) * self.mean_
        return values
