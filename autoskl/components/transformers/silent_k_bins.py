"""Discretisation into bins without warnings about merged ones."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.preprocessing import KBinsDiscretizer

from autoskl.components.fitting.row_sampling import draw_rows
from autoskl.core.process_state import ignore_warnings


class SilentKBinsDiscretizer(KBinsDiscretizer):  # type: ignore[misc]
    """A `KBinsDiscretizer` that does not warn when narrow bins are merged.

    ``subsample`` draws rows without replacement, also if there are sample weights.
    """

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Compute the bin edges."""
        if self.subsample is not None and len(X) > self.subsample:
            if sample_weight is not None:
                sample_weight = np.asarray(sample_weight, dtype=np.float64)
            rows = draw_rows(
                len(X),
                sample_weight,
                max_rows=self.subsample,
                takes_weights=True,
                seed=self.random_state,
            )
            X = X[rows]
            sample_weight = None if sample_weight is None else sample_weight[rows]
        with ignore_warnings(UserWarning, FutureWarning):
            super().fit(X, y, sample_weight)
        return self
