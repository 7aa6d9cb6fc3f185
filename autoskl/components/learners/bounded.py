"""A number of components that the rows and columns at hand allow."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from autoskl.components.learners.in_range import in_range, overflowing


class Bounded(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Fit a transformer with a whole-numbered parameter lowered to what the array allows.

    How many columns arrive is known only then. Where not even one component is left, or less than
    ``least``, the columns stay as they are.

    Parameters
    ----------
    estimator : transformer
    parameter : str
        Name of its parameter.
    less : int, default=0
        The parameter must be so much smaller than the number of columns.
    rows : bool, default=True
        Whether the number of rows is a limit too.
    columns : bool, default=True
        Whether the number of columns is one.
    least : int, default=1
    """

    def __init__(
        self,
        estimator: Any,
        parameter: str,
        *,
        less: int = 0,
        rows: bool = True,
        columns: bool = True,
        least: int = 1,
    ) -> None:
        self.estimator = estimator
        self.parameter = parameter
        self.less = less
        self.rows = rows
        self.columns = columns
        self.least = least

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the transformer."""
        n_rows, n_columns = X.shape
        wanted = self.estimator.get_params()[self.parameter]
        limits = [n_rows] * self.rows + [n_columns - self.less] * self.columns
        most = min(limits)
        self.estimator_ = None
        self.n_features_in_ = n_columns
        if most >= self.least and not _constant(X):
            # A share stays a share.
            value = min(wanted, most) if isinstance(wanted, int) else wanted
            self.estimator_ = clone(self.estimator).set_params(**{self.parameter: value})
            self.estimator_.fit(X, y)
        return self

    def transform(self, X: Any) -> Any:
        """Transform as the fitted transformer does, into numbers in range."""
        check_is_fitted(self)
        if self.estimator_ is None:
            return X
        with overflowing():
            return in_range(self.estimator_.transform(in_range(X)), undefined=0.0)


def _constant(X: Any) -> bool:
    """Whether all rows of a dense array are equal, in which nothing can be found."""
    return isinstance(X, np.ndarray) and bool((X[:1] == X).all())
