"""Detects right-skewed targets such as prices and counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MIN_SKEWNESS = 1.0
"""Skewness above which a logarithmic scale pays (``benchmarks/README.md``, Log response)."""


def is_skewed(y: NDArray[np.float64]) -> bool:
    """Return whether values are nonnegative with a long right tail.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    """
    deviation = float(y.std())
    if y.min() < 0 or deviation == 0:
        return False
    return float(np.mean(((y - y.mean()) / deviation) ** 3)) >= _MIN_SKEWNESS
