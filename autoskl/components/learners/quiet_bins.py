"""Bins of columns, empty ones left out without a word."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.preprocessing import KBinsDiscretizer

from autoskl.components.learners.drawn_rows import drawn_rows


class QuietBins(KBinsDiscretizer):  # type: ignore[misc]
    """A `KBinsDiscretizer` whose narrow bins are merged on purpose.

    Of more rows than ``subsample`` a random part is looked at, each row once at most, also where
    rows have weights.
    """

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Find the edges of the bins."""
        if self.subsample is not None and len(X) > self.subsample:
            if sample_weight is not None:
                sample_weight = np.asarray(sample_weight, dtype=np.float64)
            rows = drawn_rows(
                len(X),
                sample_weight,
                max_rows=self.subsample,
                takes_weights=True,
                seed=self.random_state,
            )
            X = X[rows]
            sample_weight = None if sample_weight is None else sample_weight[rows]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("ignore", FutureWarning)
            super().fit(X, y, sample_weight)
        return self
