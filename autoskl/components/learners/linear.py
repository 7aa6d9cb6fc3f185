"""Linear models in double precision, with bounded iterations and no complaints about them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.utils.validation import check_is_fitted

from autoskl.components.learners.one_class import OneClass

_WIDEST_GRAM = 2_000


class DoubleLogisticRegression(OneClass, LogisticRegression):  # type: ignore[misc]
    """Logistic regression that copes with one class and stops quietly where iterations end."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        with quietly():
            return super().fit(X.astype(np.float64, copy=False), y, sample_weight)


class DoubleRidge(Ridge):  # type: ignore[misc]
    """Ridge regression in double precision."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        with quietly():
            super().fit(X.astype(np.float64, copy=False), y, sample_weight)
        return self


class ScaledElasticNet(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Elastic net on the standardised target, its penalty on the scale of ridge regression's.

    Parameters
    ----------
    alpha : float, default=1.0
        Weight of the penalty against the sum (not the mean) of the squared errors, as in `Ridge`.
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
            precompute=n_columns <= min(n_rows, _WIDEST_GRAM),
        )
        with quietly():
            self.model_.fit(
                X.astype(np.float64, copy=False), (y - self.mean_) / self.scale_, sample_weight
            )
        self.n_features_in_ = n_columns
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the values of the rows."""
        check_is_fitted(self)
        values: NDArray[np.float64] = self.model_.predict(X) * self.scale_ + self.mean_
        return values


@contextmanager
def quietly() -> Iterator[None]:
    """Silence two warnings: iterations end on purpose, singular matrices have a fallback."""
    from scipy.linalg import LinAlgWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", LinAlgWarning)
        yield
