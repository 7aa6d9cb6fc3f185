"""How much a point promises, from a predicted mean and standard deviation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def expected_improvement(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Return the expected improvement over ``best`` of normally distributed losses.

    Parameters
    ----------
    mean, deviation : ndarray of shape (n,)
        The loss is minimised.
    best : float

    Returns
    -------
    ndarray of shape (n,)

    References
    ----------
    D. Jones, M. Schonlau, W. Welch: Efficient global optimization of expensive black-box
    functions. Journal of Global Optimization 13, 1998.
    """
    from scipy.special import ndtr

    deviation = np.maximum(deviation, 1e-9)
    z = (best - mean) / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return np.asarray(deviation * (z * ndtr(z) + density))
