"""Applies a transformer only to the columns with many distinct values."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted, has_fit_parameter, validate_data

from autoskl.components.fitting.safe_range import ignore_overflow, in_range

_MAX_ROWS = 10_000
"""Number of rows in which distinct values are counted."""


class ContinuousPart(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace the columns with many distinct values by the output of a transformer.

    Parameters
    ----------
    estimator : transformer
    min_distinct : int, default=3
        Columns with fewer distinct values are passed through.
    max_columns : int, default=100
        Maximum number of columns; those with most distinct values are chosen, ties by position.
    """

    def __init__(self, estimator: Any, min_distinct: int = 3, max_columns: int = 100) -> None:
        self.estimator = estimator
        self.min_distinct = min_distinct
        self.max_columns = max_columns

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Select the columns and fit the transformer on them."""
        X = validate_data(self, X, dtype=(np.float64, np.float32))
        counts = np.array([len(np.unique(column)) for column in X[:_MAX_ROWS].T])
        many = np.flatnonzero(counts >= self.min_distinct)
        chosen = many[np.argsort(-counts[many], kind="stable")][: self.max_columns]
        self.chosen_ = np.sort(chosen)
        self.others_ = np.setdiff1d(np.arange(X.shape[1]), self.chosen_)
        if not len(self.chosen_):
            return self
        self.estimator_ = clone(self.estimator)
        weighted = sample_weight is not None and has_fit_parameter(self.estimator_, "sample_weight")
        arguments = {"sample_weight": sample_weight} if weighted else {}
        self.estimator_.fit(X[:, self.chosen_], y, **arguments)
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the columns passed through, then the transformed ones, in the dtype of ``X``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        if not len(self.chosen_):
            unchanged: NDArray[Any] = X
            return unchanged
        with ignore_overflow():
            transformed = self.estimator_.transform(X[:, self.chosen_]).astype(X.dtype, copy=False)
        return np.hstack([X[:, self.others_], in_range(transformed, undefined=0.0)])
