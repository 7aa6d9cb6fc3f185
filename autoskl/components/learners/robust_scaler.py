"""Scaling that outliers cannot disturb."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from autoskl.components.learners.in_range import clip, overflowing
from autoskl.components.learners.weighted_quantiles import weighted_quantiles


class SmoothRobustScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Median and quantile range of each column, then a smooth clip to (-limit, limit).

    Columns whose quantile range is 0 are divided by half of their whole range instead.

    Parameters
    ----------
    tail : float, default=0.25
        The range goes from this quantile to one minus it.
    limit : float, default=3.0
        Bound of the scaled values.

    References
    ----------
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    """

    def __init__(self, tail: float = 0.25, limit: float = 3.0) -> None:
        self.tail = tail
        self.limit = limit

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn the medians and ranges, of rows repeated by their weights."""
        X = validate_data(self, X, dtype=(np.float64, np.float32))
        levels = [self.tail, 0.5, 1 - self.tail]
        if sample_weight is None:
            low, self.center_, high = np.quantile(X, levels, axis=0)
        else:
            weight = np.asarray(sample_weight, dtype=np.float64)
            X = X[weight > 0]
            weight = weight[weight > 0]
            by_column = [weighted_quantiles(column, levels, weight) for column in X.T]
            low, self.center_, high = np.array(by_column, dtype=X.dtype).T
        scale = high - low
        scale = np.where(scale > 0, scale, (X.max(axis=0) - X.min(axis=0)) / 2)
        # A range so small that dividing by it overflows tells nothing.
        self.scale_ = np.where(scale > np.finfo(X.dtype).tiny * 1e16, scale, 1.0)
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Scale, in the type of ``X``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        with overflowing():
            # Infinity over infinity would be no number.
            Z = clip((X - self.center_) / self.scale_)
        Z /= np.hypot(1.0, Z / self.limit)
        result: NDArray[Any] = Z.astype(X.dtype, copy=False)
        return result
