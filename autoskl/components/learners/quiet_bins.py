"""Bins of columns, empty ones left out without a word."""

from __future__ import annotations

import warnings
from typing import Any, Self

from sklearn.preprocessing import KBinsDiscretizer


class QuietBins(KBinsDiscretizer):  # type: ignore[misc]
    """A `KBinsDiscretizer` whose narrow bins are merged on purpose."""

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Find the edges of the bins."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("ignore", FutureWarning)
            super().fit(X, y, sample_weight)
        return self
