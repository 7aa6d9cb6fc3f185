"""Selection by variance that never drops all columns."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_selection import VarianceThreshold


class NonEmptyVarianceThreshold(VarianceThreshold):  # type: ignore[misc]
    """A `VarianceThreshold` that keeps all columns if none has enough variance."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the variances."""
        try:
            super().fit(X, y)
        except ValueError:
            # Expected if all variances are too small; they have been computed by then.
            if not hasattr(self, "variances_") or np.any(self.variances_ > self.threshold):
                raise
        return self

    def _get_support_mask(self) -> NDArray[np.bool_]:
        mask: NDArray[np.bool_] = super()._get_support_mask()
        return mask if mask.any() else np.ones(len(mask), dtype=bool)
