"""Hashing of categories into a fixed number of columns."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction import FeatureHasher
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.category_codes import missing_as_minus_one


class HashingEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Add 1 or -1 to the column given by the hash of each category; nothing is learned.

    Parameters
    ----------
    n_features : int, default=64
        Number of columns that all categories share.
    """

    def __init__(self, n_features: int = 64) -> None:
        self.n_features = n_features

    def fit(self, X: Any, y: Any = None) -> Self:
        """Record the number of columns."""
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: Any) -> NDArray[np.float32]:
        """Return the sums: (n_rows, n_features)."""
        check_is_fitted(self)
        hasher = FeatureHasher(self.n_features, input_type="string", dtype=np.float32)
        result = np.zeros((len(X), self.n_features), dtype=np.float32)
        for i, column in enumerate(np.asarray(X).T):
            # Each category is hashed only once.
            levels, codes = np.unique(missing_as_minus_one(column), return_inverse=True)
            hashed = hasher.transform([f"{i}={int(level)}"] for level in levels).tocoo()
            where = np.empty(len(levels), dtype=np.intp)
            sign = np.empty(len(levels), dtype=np.float32)
            where[hashed.row], sign[hashed.row] = hashed.col, hashed.data
            result[np.arange(len(X)), where[codes]] += sign[codes]
        return result
