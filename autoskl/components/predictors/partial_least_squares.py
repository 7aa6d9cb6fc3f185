"""Partial least squares for tables of any shape."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.cross_decomposition import PLSRegression
from sklearn.utils.validation import check_is_fitted


class BoundedPLS(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """`PLSRegression` with the number of components limited by the shape of X.

    Parameters
    ----------
    n_components : int, default=6
    """

    def __init__(self, n_components: int = 6) -> None:
        self.n_components = n_components

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the columns that vary; without any, predict the mean."""
        self.n_features_in_ = X.shape[1]
        self.mean_ = float(np.mean(y))
        self.coef_ = np.zeros(X.shape[1])
        self.centre_ = X.mean(axis=0)
        varying = np.flatnonzero(X.std(axis=0) > 1e-12)
        if len(varying):
            n_components = min(self.n_components, len(varying), max(len(y) - 1, 1))
            model = PLSRegression(n_components=n_components).fit(X[:, varying], y)
            coef = np.asarray(model.coef_).reshape(-1)
            self.coef_[varying] = np.nan_to_num(coef)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        check_is_fitted(self)
        values: NDArray[np.float64] = (X - self.centre_) @ self.coef_ + self.mean_
        return values
