"""Losses on the scale on which a surrogate learns them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def normal_scores(losses: Vector) -> Vector:
    """Return the quantiles of a standard normal distribution that belong to the ranks.

    Only the order of the losses counts: the scale of a metric, a diverged model or a failure cannot
    squeeze everything else together, and the best few stand as far apart as a tail does.

    Parameters
    ----------
    losses : ndarray of shape (n,)
        Infinite where a trial failed.

    Returns
    -------
    ndarray of shape (n,)
        Equal losses share the middle of their ranks.
    """
    from scipy.special import ndtri

    _, group, counts = np.unique(losses, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    return np.asarray(ndtri(middle / len(losses))[group])


def log_seconds(seconds: Vector) -> Vector:
    """Return natural logarithms of durations, of which none counts as less than a millisecond."""
    return np.asarray(np.log(np.maximum(seconds, 1e-3)))
