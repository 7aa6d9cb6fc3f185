"""Yeo-Johnson power transformation that never overflows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.preprocessing import PowerTransformer, StandardScaler
from sklearn.utils.validation import check_is_fitted

from autoskl.core.process_state import ignore_all_warnings

_LIMIT = 10.0
"""Bound of the scaled values, as new rows may lie far outside the training range."""


class BoundedPower(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Standardise, apply the Yeo-Johnson transformation, standardise again, clip.

    Standardising first keeps powers of large values from overflowing. Columns whose transformation
    is not finite are only standardised.
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Estimate the powers."""
        self.n_features_in_ = X.shape[1]
        self.first_ = StandardScaler().fit(X.astype(np.float64))
        Z = self._scaled(X)
        with ignore_all_warnings():
            self.power_ = PowerTransformer(standardize=False).fit(Z)
            made = self.power_.transform(Z)
            spread = np.nanstd(made, axis=0)
        self.usable_ = np.isfinite(np.where(np.isnan(Z), 0.0, made)).all(axis=0) & (spread > 1e-9)
        self.last_ = StandardScaler().fit(np.where(self.usable_, made, Z))
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the transformed columns, in the dtype of ``X``."""
        check_is_fitted(self)
        Z = self._scaled(X)
        with np.errstate(all="ignore"):
            made = np.where(self.usable_, self.power_.transform(Z), Z)
        # A power that overflows is replaced by the end of the range.
        overflowed = np.isnan(made) & ~np.isnan(Z)
        made = np.where(overflowed, np.where(Z < 0, -np.inf, np.inf), made)
        scaled = np.clip((made - self.last_.mean_) / self.last_.scale_, -_LIMIT, _LIMIT)
        return np.asarray(scaled, dtype=X.dtype)

    def _scaled(self, X: Any) -> NDArray[np.float64]:
        Z: NDArray[np.float64] = self.first_.transform(X.astype(np.float64))
        return np.clip(Z, -1e6, 1e6)
