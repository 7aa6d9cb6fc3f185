"""Linear models in double precision with a limited number of iterations and no warnings."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.components.fitting.solver_warnings import ignore_solver_warnings

_MAX_GRAM_COLUMNS = 2_000


class DoubleLogisticRegression(SingleClassMixin, LogisticRegression):  # type: ignore[misc]
    """Logistic regression in double precision that also handles one class."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        with ignore_solver_warnings():
            return super().fit(X.astype(np.float64, copy=False), y, sample_weight)


class DoubleRidge(Ridge):  # type: ignore[misc]
    """Ridge regression in double precision."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        with ignore_solver_warnings():
            super().fit(X.astype(np.float64, copy=False), y, sample_weight)
        return self


class ScaledElasticNet(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Elastic net on the standardised target, with the penalty scaled as in ridge regression.

    Parameters
    ----------
    alpha : float, default=1.0
        Penalty relative to the sum, not the mean, of the squared errors, as in `Ridge`.
    l1_ratio : float, default=0.5
    max_iter : int, default=1000
    """

    def __init__(self, alpha: float = 1.0, l1_ratio: float = 0.5, max_iter: int = 1000) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        y = np.asarray(y, dtype=np.float64)
        self.mean_ = float(np.average(y, weights=sample_weight))
        spread = np.average((y - self.mean_) ** 2, weights=sample_weight)
        self.scale_ = float(np.sqrt(spread)) or 1.0
        total = len(y) if sample_weight is None else float(np.sum(sample_weight))
        n_rows, n_columns = X.shape
        self.model_ = ElasticNet(
            alpha=self.alpha / total,
            l1_ratio=self.l1_ratio,
            max_iter=self.max_iter,
            tol=1e-6,
            precompute=n_columns <= min(n_rows, _MAX_GRAM_COLUMNS),
        )
        with ignore_solver_warnings():
            self.model_.fit(
                X.astype(np.float64, copy=False), (y - self.mean_) / self.scale_, sample_weight
            )
        self.n_features_in_ = n_columns
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        check_is_fitted(self)
        values: NDArray[np.float64] = self.model_.predict(X) * self.scale_ + self.mean_
        return values
