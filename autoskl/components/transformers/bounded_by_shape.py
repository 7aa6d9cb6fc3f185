"""Lowers a number of components to what the rows and columns allow."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.safe_range import ignore_overflow, in_range


class Bounded(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Fit a transformer, lowering an integer parameter to what the shape of X allows.

    The number of columns is known only in the fit. If the limit is below ``minimum``, or all rows
    are equal, the columns are passed through.

    Parameters
    ----------
    estimator : transformer
    parameter : str
        Name of the parameter.
    margin : int, default=0
        The parameter must be smaller than the number of columns by this much.
    rows : bool, default=True
        Whether the number of rows is an upper limit.
    columns : bool, default=True
        Whether the number of columns is an upper limit.
    minimum : int, default=1
        Smallest useful value of the parameter.
    """

    def __init__(
        self,
        estimator: Any,
        parameter: str,
        *,
        margin: int = 0,
        rows: bool = True,
        columns: bool = True,
        minimum: int = 1,
    ) -> None:
        self.estimator = estimator
        self.parameter = parameter
        self.margin = margin
        self.rows = rows
        self.columns = columns
        self.minimum = minimum

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the transformer."""
        n_rows, n_columns = X.shape
        requested = self.estimator.get_params()[self.parameter]
        limit = min([n_rows] * self.rows + [n_columns - self.margin] * self.columns)
        self.estimator_ = None
        self.n_features_in_ = n_columns
        if limit >= self.minimum and not _is_constant(X):
            # A float is a fraction, which needs no limit.
            value = min(requested, limit) if isinstance(requested, int) else requested
            self.estimator_ = clone(self.estimator).set_params(**{self.parameter: value})
            self.estimator_.fit(X, y)
        return self

    def transform(self, X: Any) -> Any:
        """Apply the fitted transformer, and limit the results to a safe range."""
        check_is_fitted(self)
        if self.estimator_ is None:
            return X
        with ignore_overflow():
            return in_range(self.estimator_.transform(in_range(X)), undefined=0.0)


def _is_constant(X: Any) -> bool:
    """Whether all rows of a dense array are equal."""
    return isinstance(X, np.ndarray) and bool((X[:1] == X).all())
