"""Whether values lie far to one side, as prices and counts do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SKEWED = 1.0
"""Skewness from which on a logarithmic scale pays (``benchmarks/README.md``, Log response)."""


def is_skewed(y: NDArray[np.float64]) -> bool:
    """Return whether values are never below 0 and some of them lie far above the others.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    """
    deviation = float(y.std())
    if y.min() < 0 or deviation == 0:
        return False
    return float(np.mean(((y - y.mean()) / deviation) ** 3)) >= _SKEWED
