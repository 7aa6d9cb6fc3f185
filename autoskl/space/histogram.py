"""Prior of a number that is constant within each of equal parts of its scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Histogram:
    """The way between a place on the unit scale and the prior probability below it.

    Parameters
    ----------
    weights : sequence of float
        Of equal parts of the scale, from its lower end; all positive.
    """

    def __init__(self, weights: Sequence[float]) -> None:
        shares = np.asarray(weights, dtype=np.float64)
        self._edges = np.linspace(0.0, 1.0, len(shares) + 1)
        self._below = np.concatenate([[0.0], np.cumsum(shares / shares.sum())])
        self._below[-1] = 1.0

    def places(self, below: Array) -> Array:
        """Return the places below which these probabilities lie; NaN stays NaN."""
        return np.asarray(np.interp(below, self._below, self._edges))

    def below(self, places: Array) -> Array:
        """Return the probabilities below places of the unit scale; NaN stays NaN."""
        return np.asarray(np.interp(places, self._edges, self._below))
