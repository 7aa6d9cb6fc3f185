"""Target encoding with as many folds as the rows allow."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import TargetEncoder

_FOLDS = 5


class CrossFittedTarget(TargetEncoder):  # type: ignore[misc]
    """A `TargetEncoder` for targets with rare classes too.

    Fitted rows are encoded without their own target (``fit_transform``); few rows get fewer folds.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn the encodings of all rows."""
        super().fit(X, y)
        return self

    def fit_transform(self, X: Any, y: Any) -> NDArray[Any]:
        """Fit, and encode each row by the rows of the other folds."""
        y = np.asarray(y)
        discrete = not np.issubdtype(y.dtype, np.floating)
        most = int(np.unique(y, return_counts=True)[1].max()) if discrete else len(y)
        self.cv = max(min(_FOLDS, most), 2)
        if most < 2:
            encoded: NDArray[Any] = super().fit(X, y).transform(X)
            return encoded
        out_of_fold: NDArray[Any] = super().fit_transform(X, y)
        return out_of_fold
