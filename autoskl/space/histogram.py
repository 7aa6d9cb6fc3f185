"""Piecewise constant prior of a number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Histogram:
    """A distribution on the unit scale with a constant density on each of several equal bins.

    Parameters
    ----------
    weights : sequence of float
        Positive weights of the bins, from the lower end of the scale.
    """

    def __init__(self, weights: Sequence[float]) -> None:
        array = np.asarray(weights, dtype=np.float64)
        self._edges = np.linspace(0.0, 1.0, len(array) + 1)
        self._cumulative = np.concatenate([[0.0], np.cumsum(array / array.sum())])
        self._cumulative[-1] = 1.0

    def quantile(self, probabilities: Array) -> Array:
        """Return the inverse of the distribution function; NaN stays NaN."""
        return np.asarray(np.interp(probabilities, self._cumulative, self._edges))

    def cdf(self, units: Array) -> Array:
        """Return the distribution function at positions on the unit scale; NaN stays NaN."""
        return np.asarray(np.interp(units, self._edges, self._cumulative))
