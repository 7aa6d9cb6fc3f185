"""The columns for which an expansion makes sense."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted, has_fit_parameter, validate_data

from autoskl.components.learners.in_range import in_range, overflowing

_ROWS = 10_000
"""Rows among which distinct values are counted."""


class ContinuousPart(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Put what a transformer makes of the columns with many values in their place.

    Parameters
    ----------
    estimator : transformer
    least_distinct : int, default=3
        Columns with fewer distinct values pass.
    most_columns : int, default=100
        Of more columns those with most distinct values are taken, the first of equals.
    """

    def __init__(self, estimator: Any, least_distinct: int = 3, most_columns: int = 100) -> None:
        self.estimator = estimator
        self.least_distinct = least_distinct
        self.most_columns = most_columns

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Choose the columns and fit the transformer on them."""
        X = validate_data(self, X, dtype=(np.float64, np.float32))
        counts = np.array([len(np.unique(column)) for column in X[:_ROWS].T])
        many = np.flatnonzero(counts >= self.least_distinct)
        chosen = many[np.argsort(-counts[many], kind="stable")][: self.most_columns]
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
        """Return the columns that pass, then what is made of the others, in the type of ``X``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        if not len(self.chosen_):
            unchanged: NDArray[Any] = X
            return unchanged
        with overflowing():
            made = self.estimator_.transform(X[:, self.chosen_]).astype(X.dtype, copy=False)
        return np.hstack([X[:, self.others_], in_range(made, undefined=0.0)])
