"""How much a point promises, from a predicted mean and standard deviation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_NARROWEST = 1e-9
_BETA = 2.0
"""Standard deviations below the mean at which the lower confidence bound lies."""


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

    deviation = np.maximum(deviation, _NARROWEST)
    z = (best - mean) / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return np.asarray(deviation * (z * ndtr(z) + density))


def probability_of_improvement(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Return the logarithm of the probability that a normally distributed loss is below ``best``.

    Parameters
    ----------
    mean, deviation : ndarray of shape (n,)
    best : float

    Returns
    -------
    ndarray of shape (n,)

    References
    ----------
    H. Kushner: A new method of locating the maximum point of an arbitrary multipeak curve in the
    presence of noise. Journal of Basic Engineering 86, 1964.
    """
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr((best - mean) / np.maximum(deviation, _NARROWEST)))


def confidence_bound(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Return how far the lower confidence bound of a loss lies below ``best``.

    The bound is two standard deviations below the mean; maximising rewards, this rule is known as
    UCB.

    Parameters
    ----------
    mean, deviation : ndarray of shape (n,)
    best : float

    Returns
    -------
    ndarray of shape (n,)

    References
    ----------
    N. Srinivas, A. Krause, S. Kakade, M. Seeger: Gaussian process optimization in the bandit
    setting: no regret and experimental design. ICML 2010.
    """
    return np.asarray(best - mean + _BETA * deviation)


Acquisition = Callable[[Vector, Vector, float], Vector]

ACQUISITIONS: dict[str, Acquisition | None] = {
    "ei": expected_improvement,
    "pi": probability_of_improvement,
    "ucb": confidence_bound,
    "thompson": None,
}
"""By name; Thompson sampling follows one function drawn from the surrogate instead."""


def acquisition_named(name: str) -> Acquisition | None:
    """Return an acquisition function; ValueError for an unknown name."""
    if name not in ACQUISITIONS:
        known = ", ".join(map(repr, ACQUISITIONS))
        raise ValueError(f"acquisition must be one of {known}. Got {name!r}.")
    return ACQUISITIONS[name]
