"""Categories by how frequent they are."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted


class FrequencyEncoder(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace each category code by the share of the rows that have it; missing is a category.

    Unseen codes become 0.

    Parameters
    ----------
    logarithm : bool, default=False
        Give the logarithm of 1 + the number of rows, divided by that of all rows, instead.
    """

    def __init__(self, logarithm: bool = False) -> None:
        self.logarithm = logarithm

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Count the rows of each category."""
        weight = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight)
        self.n_features_in_ = X.shape[1]
        total = float(weight.sum())
        self.levels_, self.shares_ = [], []
        for column in np.asarray(X).T:
            levels, codes = np.unique(_marked(column), return_inverse=True)
            counts = np.bincount(codes, weight)
            shares = np.log1p(counts) / np.log1p(total) if self.logarithm else counts / total
            self.levels_.append(levels)
            self.shares_.append(shares.astype(np.float32))
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """Return the shares: (n_rows, n_columns)."""
        check_is_fitted(self)
        result = np.zeros(X.shape, dtype=np.float32)
        for i, (levels, shares) in enumerate(zip(self.levels_, self.shares_, strict=True)):
            values = _marked(np.asarray(X)[:, i])
            places = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
            result[:, i] = np.where(levels[places] == values, shares[places], 0.0)
        return result


def _marked(column: NDArray[Any]) -> NDArray[Any]:
    """Return codes with -1 in place of missing ones."""
    return np.asarray(np.nan_to_num(column, nan=-1.0))
