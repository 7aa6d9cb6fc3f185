"""Imputation with sample weights."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.impute import SimpleImputer

from autoskl.components.fitting.weighted_quantiles import weighted_quantiles


class WeightedImputer(SimpleImputer):  # type: ignore[misc]
    """A `SimpleImputer` whose statistics are weighted."""

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn the replacements of missing values.

        Parameters
        ----------
        X : array or sparse array of shape (n_rows, n_columns)
        y : ignored
        sample_weight : ndarray of shape (n_rows,) or None
        """
        super().fit(X, y)
        if sample_weight is not None and self.strategy != "constant":
            weight = np.asarray(sample_weight, dtype=np.float64)
            for i, values in enumerate(_columns(X)):
                known = ~np.isnan(values) & (weight > 0)
                if known.any():
                    self.statistics_[i] = self._statistic(values[known], weight[known])
        return self

    def _statistic(self, values: NDArray[Any], weight: NDArray[np.float64]) -> float:
        if self.strategy == "mean":
            return float(np.average(values, weights=weight))
        if self.strategy == "median":
            return float(weighted_quantiles(values, [0.5], weight)[0])
        distinct, codes = np.unique(values, return_inverse=True)
        return float(distinct[np.argmax(np.bincount(codes, weights=weight))])


def _columns(X: Any) -> Any:
    """Yield the columns of an array as dense arrays."""
    if not sparse.issparse(X):
        yield from np.asarray(X).T
        return
    by_column = sparse.csc_array(X)
    for i in range(X.shape[1]):
        yield by_column[:, [i]].toarray()[:, 0]
