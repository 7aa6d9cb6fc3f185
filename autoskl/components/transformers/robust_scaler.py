"""Scaling that is robust to outliers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from autoskl.components.fitting.safe_range import clip_in_place, ignore_overflow
from autoskl.components.fitting.weighted_quantiles import weighted_quantiles


class SmoothRobustScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Scale columns by median and quantile range, then clip smoothly to (-limit, limit).

    Columns whose quantile range is 0 are divided by half their range instead.

    Parameters
    ----------
    tail : float, default=0.25
        The quantile range is from ``tail`` to ``1 - tail``.
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
        """Learn weighted medians and ranges."""
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
        # Dividing by a tiny range would overflow.
        self.scale_ = np.where(scale > np.finfo(X.dtype).tiny * 1e16, scale, 1.0)
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the scaled columns, in the dtype of ``X``."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        with ignore_overflow():
            # Clipping avoids inf / inf below.
            Z = clip_in_place((X - self.center_) / self.scale_)
        Z /= np.hypot(1.0, Z / self.limit)
        result: NDArray[Any] = Z.astype(X.dtype, copy=False)
        return result
