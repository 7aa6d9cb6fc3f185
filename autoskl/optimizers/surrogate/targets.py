"""Transforms of measured values to the scale that a surrogate models."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def normal_scores(losses: Vector) -> Vector:
    """Return the standard normal quantiles of the ranks.

    Only the order of the losses matters: neither the scale of the metric nor a diverged model or a
    failure compresses the differences between the others, and the best few are well separated, as
    in the tail of a distribution.

    Parameters
    ----------
    losses : ndarray of shape (n,)
        Infinite where a trial failed.

    Returns
    -------
    ndarray of shape (n,)
        Equal losses share their middle rank.
    """
    from scipy.special import ndtri

    _, group, counts = np.unique(losses, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    return np.asarray(ndtri(middle / len(losses))[group])


def log_seconds(seconds: Vector) -> Vector:
    """Return the natural logarithms of durations, clipped to at least one millisecond."""
    return np.asarray(np.log(np.maximum(seconds, 1e-3)))
