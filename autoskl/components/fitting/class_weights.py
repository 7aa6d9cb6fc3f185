"""Sample weights that balance the classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator


class ClassWeights(BaseEstimator):  # type: ignore[misc]
    """Multiply the weight of each row by a power of the inverse frequency of its class.

    Parameters
    ----------
    strength : float, default=1.0
        With 1 all classes have the same total weight, with 0 nothing changes.
    """

    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def weights(
        self, y: NDArray[Any], weight: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the balanced weights, with an unchanged sum.

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
        weight : ndarray of shape (n_rows,) or None
            Weights before balancing; None means 1 for each row.
        """
        before = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
        _, codes = np.unique(y, return_inverse=True)
        totals = np.bincount(codes, weights=before)
        after = before * (totals.sum() / np.maximum(totals, 1e-300))[codes] ** self.strength
        return np.asarray(after * (before.sum() / after.sum()))
