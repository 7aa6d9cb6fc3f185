"""Column importances from a linear model with an L1 penalty."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import Lasso
from sklearn.svm import LinearSVC

from autoskl.components.fitting.solver_warnings import ignore_solver_warnings

_MAX_ROWS = 20_000


class SparseSupport(BaseEstimator):  # type: ignore[misc]
    """Importances are absolute coefficients of a linear SVM (classification) or the lasso.

    Parameters
    ----------
    C : float, default=0.3
        Inverse strength of the penalty, relative to the summed loss for classification and the
        mean loss for regression.
    classification : bool, default=True
    random_state : int, default=0
    """

    def __init__(
        self, C: float = 0.3, *, classification: bool = True, random_state: int = 0
    ) -> None:
        self.C = C
        self.classification = classification
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on all rows, or on a random sample if there are many."""
        y = np.asarray(y)
        if X.shape[0] > _MAX_ROWS:
            rng = np.random.default_rng(self.random_state)
            rows = rng.choice(X.shape[0], _MAX_ROWS, replace=False)
            X, y = X[rows], y[rows]
            sample_weight = None if sample_weight is None else sample_weight[rows]
        self.feature_importances_ = np.ones(X.shape[1])
        weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        if len(np.unique(y[weights > 0])) > 1:
            with ignore_solver_warnings():
                coefficients = np.abs(self._coefficients(X.astype(np.float64), y, weights))
            self.feature_importances_ = np.atleast_2d(coefficients).sum(axis=0)
        return self

    def _coefficients(self, X: Any, y: Any, weights: Any) -> Any:
        if self.classification:
            svm = LinearSVC(
                penalty="l1",
                dual=False,
                C=self.C,
                max_iter=300,
                intercept_scaling=10.0,
                random_state=self.random_state,
            )
            return svm.fit(X, y, weights).coef_
        mean = np.average(y, weights=weights)
        spread = np.sqrt(np.average((y - mean) ** 2, weights=weights)) or 1.0
        # As strong as the SVM's penalty on as many rows, as the lasso's loss is a mean.
        total = weights.sum()
        lasso = Lasso(alpha=1.0 / (self.C * np.sqrt(total)), max_iter=500)
        return lasso.fit(X, (y - mean) / spread, sample_weight=weights).coef_
