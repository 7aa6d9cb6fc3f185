"""Frequency encoding of categories."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.category_codes import missing_as_minus_one


class FrequencyEncoder(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replace each category code by its relative frequency; missing is a category too.

    Unseen codes become 0.

    Parameters
    ----------
    logarithm : bool, default=False
        Return log(1 + count) / log(1 + n_rows) instead of count / n_rows.
    """

    def __init__(self, logarithm: bool = False) -> None:
        self.logarithm = logarithm

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn the frequencies."""
        weight = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight)
        self.n_features_in_ = X.shape[1]
        total = float(weight.sum())
        self.levels_, self.shares_ = [], []
        for column in np.asarray(X).T:
            levels, codes = np.unique(missing_as_minus_one(column), return_inverse=True)
            counts = np.bincount(codes, weight)
            shares = np.log1p(counts) / np.log1p(total) if self.logarithm else counts / total
            self.levels_.append(levels)
            self.shares_.append(shares.astype(np.float32))
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """Return the frequencies: (n_rows, n_columns)."""
        check_is_fitted(self)
        result = np.zeros(X.shape, dtype=np.float32)
        for i, (levels, shares) in enumerate(zip(self.levels_, self.shares_, strict=True)):
            values = missing_as_minus_one(np.asarray(X)[:, i])
            positions = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
            result[:, i] = np.where(levels[positions] == values, shares[positions], 0.0)
        return result
