"""Losses on the scale on which a surrogate learns them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

CLIP = 90.0
"""Percentile beyond which losses count as equally bad."""


def log_scaled(losses: Vector) -> Vector:
    """Return logarithms of the distance to a value a little better than the best.

    The worst losses are clipped first, so that a diverged model does not squeeze everything else
    together; failed trials count as equally bad.

    Parameters
    ----------
    losses : ndarray of shape (n,)
        Infinite where a trial failed.

    Returns
    -------
    ndarray of shape (n,)
        At most 0; all 0 when nothing tells them apart.

    References
    ----------
    M. Lindauer et al.: SMAC3: A versatile Bayesian optimization package for hyperparameter
    optimization. JMLR 23, 2022.
    """
    finite = losses[np.isfinite(losses)]
    if not len(finite):
        return np.zeros(len(losses))
    best, near, worst = np.percentile(finite, (0, 5, CLIP))
    if not worst > best:
        # Nothing tells the finite ones apart, but failures are still worse.
        return np.where(np.isfinite(losses), -1.0, 0.0)
    low = best - max(near - best, 1e-3 * (worst - best))
    return np.asarray(np.log((np.minimum(losses, worst) - low) / (worst - low)))
