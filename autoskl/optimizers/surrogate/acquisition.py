"""Acquisition functions of a predicted mean and standard deviation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autoskl.optimizers.options import check_name

Vector = NDArray[np.float64]

_MIN_DEVIATION = 1e-9
_BETA = 2.0
"""Number of standard deviations between the mean and the lower confidence bound."""


def expected_improvement(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Return the expected improvement over ``best`` of normally distributed losses.

    Parameters
    ----------
    mean, deviation : ndarray of shape (n,)
        Of the loss, which is minimised.
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

    deviation = np.maximum(deviation, _MIN_DEVIATION)
    z = (best - mean) / deviation
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return np.asarray(deviation * (z * ndtr(z) + density))


def probability_of_improvement(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Return the log probability that a normally distributed loss is below ``best``.

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

    return np.asarray(log_ndtr((best - mean) / np.maximum(deviation, _MIN_DEVIATION)))


def confidence_bound(mean: Vector, deviation: Vector, best: float) -> Vector:
    """Return the distance of the lower confidence bound of a loss below ``best``.

    The bound is two standard deviations below the mean. For rewards, which are maximised, the rule
    is known as UCB.

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
"""Acquisition functions by name; Thompson sampling uses a draw from the surrogate instead."""


def get_acquisition(name: str) -> Acquisition | None:
    """Return an acquisition function, None for Thompson sampling; ValueError for another name."""
    return ACQUISITIONS[check_name("acquisition", name, ACQUISITIONS)]
