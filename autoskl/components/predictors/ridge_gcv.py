"""Ridge regression that selects its penalty by generalised cross-validation."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted

Vector = NDArray[np.float64]

_PENALTIES = np.logspace(-6.0, 5.0, 23)
_GCV_FACTOR = 1.2
"""Cost of a degree of freedom.

At 1 the criterion overfits if there are nearly as many columns as rows; 1.2 to 1.4 are recommended.
At 1.4 strong signals in as many columns as rows were shrunk too much, since fits with more than
n / 1.4 degrees of freedom are never chosen.

Y.-J. Kim, C. Gu. "Smoothing spline Gaussian regression: more scalable computation via efficient
approximation". Journal of the Royal Statistical Society B 66, 2004.
"""

_EXACT = 1e-10
"""Residuals below this fraction of the variance of y are rounding errors; then the larger penalty
is chosen."""


class RidgeGCV(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Ridge regression with the penalty that minimises the generalised cross-validation error.

    Errors and coefficients for all penalties follow from one eigendecomposition of the Gram matrix
    of the columns, or of the rows if these are fewer. A row of weight 2 counts like two rows, so
    that the penalty is the same in both cases.

    Attributes
    ----------
    alpha_ : float
        Penalty of the squared coefficients, as in `sklearn.linear_model.Ridge`.
    coef_ : ndarray of shape (n_columns,)
    intercept_ : float

    References
    ----------
    G. H. Golub, M. Heath, G. Wahba. "Generalized cross-validation as a method for choosing a good
    ridge parameter". Technometrics 21, 1979.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
        y : ndarray of shape (n_rows,)
        sample_weight : ndarray of shape (n_rows,), default=None
        """
        X, y = X.astype(np.float64, copy=False), np.asarray(y, dtype=np.float64)
        x_mean = np.average(X, axis=0, weights=sample_weight)
        y_mean = float(np.average(y, weights=sample_weight))
        A, b, total_weight = X - x_mean, y - y_mean, float(len(y))
        if sample_weight is not None:
            weight = np.asarray(sample_weight, dtype=np.float64)
            root, total_weight = np.sqrt(weight), float(weight.sum())
            A *= root[:, np.newaxis]
            b *= root
        by_columns = A.shape[1] <= A.shape[0]
        values, vectors = np.linalg.eigh(A.T @ A if by_columns else A @ A.T)
        values = np.maximum(values, 0.0)
        projected = vectors.T @ (A.T @ b if by_columns else b)
        signal = projected**2 if not by_columns else _signal(projected, values)
        self.alpha_ = _best_penalty(values, signal, float(b @ b), total_weight)
        solved = vectors @ (projected / (values + self.alpha_))
        self.coef_ = solved if by_columns else A.T @ solved
        self.intercept_ = y_mean - float(x_mean @ self.coef_)
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: Any) -> Vector:
        """Return the predicted values."""
        check_is_fitted(self)
        predicted: Vector = X @ self.coef_ + self.intercept_
        return predicted


def _signal(projected: Vector, values: Vector) -> Vector:
    """Return the squares of y along the left singular vectors, 0 for null directions."""
    known = values > values.max(initial=0.0) * len(values) * np.finfo(np.float64).eps
    return np.divide(projected**2, values, out=np.zeros_like(values), where=known)


def _best_penalty(values: Vector, signal: Vector, total: float, n: float) -> float:
    """Return the penalty with the lowest error, the largest in case of ties.

    Parameters
    ----------
    values : ndarray of shape (n_directions,)
        Squared singular values.
    signal : ndarray of shape (n_directions,)
        Squared projection of y on each direction.
    total : float
        Sum of squares of y.
    n : float
        Sum of the weights.
    """
    shrinkage = _PENALTIES[:, np.newaxis] / (values + _PENALTIES[:, np.newaxis])
    orthogonal = max(total - float(signal.sum()), 0.0)
    residual = np.maximum(shrinkage**2 @ signal + orthogonal, _EXACT * total)
    freedom = n - 1.0 - _GCV_FACTOR * (1.0 - shrinkage).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.where(freedom > 1e-9 * n, residual / freedom**2, np.inf)
    if not np.isfinite(errors).any():
        return 1.0
    best = float(errors.min()) * (1.0 + 1e-9)
    return float(_PENALTIES[np.flatnonzero(errors <= best)[-1]])
