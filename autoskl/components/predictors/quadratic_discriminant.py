"""Quadratic discriminant analysis with sample weights, for classes of any size."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

_MIN_SHARE = 1e-6
"""Minimum variance, as a fraction of the mean variance."""


class QuadraticClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Regularised quadratic discriminant analysis.

    The covariance of a class is shrunk towards the pooled within-class covariance, the more the
    fewer rows it has, and then towards a sphere. It is therefore defined even for single rows.

    Parameters
    ----------
    reg_param : float, default=0.05
        Weight of the sphere, from 0 to 1.

    References
    ----------
    J. H. Friedman. "Regularized discriminant analysis". Journal of the American Statistical
    Association, 1989.
    """

    def __init__(self, reg_param: float = 0.05) -> None:
        self.reg_param = reg_param

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit means and covariances in double precision."""
        X = np.asarray(X, dtype=np.float64)
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.n_features_in_ = n_columns = X.shape[1]
        weight = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight)
        weight = weight / weight.mean()
        totals = np.bincount(codes, weights=weight)
        sums = np.zeros((len(totals), n_columns))
        np.add.at(sums, codes, weight[:, np.newaxis] * X)
        self.means_ = sums / np.maximum(totals, 1e-300)[:, np.newaxis]
        self.log_priors_ = np.log(np.maximum(totals, 1e-300) / totals.sum())
        centred = (X - self.means_[codes]) * np.sqrt(weight)[:, np.newaxis]
        pooled = centred.T @ centred / totals.sum()
        self.rotations_ = np.empty((len(totals), n_columns, n_columns))
        self.variances_ = np.empty((len(totals), n_columns))
        for code, total in enumerate(totals):
            rows = centred[codes == code]
            own = (rows.T @ rows + n_columns * pooled) / (total + n_columns)
            self.variances_[code], self.rotations_[code] = self._decompose(own)
        return self

    def _decompose(self, covariance: NDArray[np.float64]) -> tuple[Any, Any]:
        """Return variances and directions of a covariance shrunk towards a sphere."""
        mean = float(np.trace(covariance)) / len(covariance) or 1.0
        variances, directions = np.linalg.eigh(covariance)
        variances = (1 - self.reg_param) * variances + self.reg_param * mean
        return np.maximum(variances, _MIN_SHARE * mean), directions

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        check_is_fitted(self)
        X = np.asarray(X, dtype=np.float64)
        scores = np.empty((len(X), len(self.classes_)))
        for code, mean in enumerate(self.means_):
            rotated = (X - mean) @ self.rotations_[code]
            distance = (rotated**2 / self.variances_[code]).sum(axis=1)
            scores[:, code] = -0.5 * (distance + np.log(self.variances_[code]).sum())
        result: NDArray[np.float64] = softmax(scores + self.log_priors_, axis=1)
        return result

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes
