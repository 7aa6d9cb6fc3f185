"""The kernel density estimates of the original BOHB, over all hyperparameters at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

_MIN_BANDWIDTH = 1e-3
_SAMPLING_FACTOR = 3.0
"""Kernels of numbers are this much wider when sampled from."""
_MIN_DENSITY = 1e-32


class KernelDensity:
    """A mixture of product kernels around complete configurations.

    Numbers have normal kernels on the unit scale, with bandwidths by the normal reference rule.
    The others have the kernel of Aitchison and Aitken, whose bandwidth, by the same rule applied to
    their indices, is the probability of another value. Unlike in the software of the authors, which
    only counts the values in the data, these share that probability whether observed or not, and
    the bandwidth is at most that of the uniform distribution.

    Parameters
    ----------
    view : ArrayView
    rows : ndarray of shape (n, n_parameters)
        Without missing values, see `impute`.

    Attributes
    ----------
    bandwidths : ndarray of shape (n_parameters,)

    References
    ----------
    S. Falkner, A. Klein, F. Hutter: BOHB: Robust and efficient hyperparameter optimization at
    scale. ICML 2018.
    J. Aitchison, C. Aitken: Multivariate binary discrimination by the kernel method. Biometrika 63,
    1976.
    """

    def __init__(self, view: ArrayView, rows: Matrix) -> None:
        self.view = view
        self.rows = rows
        n, d = rows.shape
        self._numeric = view.n_levels == 0
        reference = 1.06 * rows.std(axis=0) * n ** (-1.0 / (d + 4.0))
        uniform = np.where(self._numeric, np.inf, 1.0 - 1.0 / np.maximum(view.n_levels, 1))
        self.bandwidths = np.minimum(np.maximum(reference, _MIN_BANDWIDTH), uniform)

    def sample(self, rng: np.random.Generator, n: int) -> Matrix:
        """Return n complete rows drawn from wider kernels; they may be forbidden."""
        from scipy.special import ndtr, ndtri

        drawn = self.rows[rng.integers(len(self.rows), size=n)]
        u = rng.random(drawn.shape)
        scale = np.where(self._numeric, _SAMPLING_FACTOR * self.bandwidths, 1.0)
        low, high = ndtr(-drawn / scale), ndtr((1.0 - drawn) / scale)
        numbers = np.clip(drawn + scale * ndtri(low + u * (high - low)), 0.0, 1.0)
        levels = np.where(u < self.bandwidths, _draw_uniform(self.view, rng, n), drawn)
        return np.where(self._numeric, numbers, levels)

    def log_density(self, rows: Matrix) -> Vector:
        """Return the logarithm of the density of complete rows: (n, d) in, (n,) out."""
        difference = rows[:, None, :] - self.rows[None, :, :]
        width = np.maximum(self.bandwidths, _MIN_BANDWIDTH)
        normal = -0.5 * (difference / width) ** 2 - np.log(width * np.sqrt(2 * np.pi))
        other = np.log(width / np.maximum(self.view.n_levels - 1, 1))
        same = np.log1p(-np.where(self._numeric, 0.0, self.bandwidths))
        level = np.where(difference == 0, same, other)
        kernels = np.where(self._numeric, normal, level)
        density = np.exp(kernels.sum(axis=2)).mean(axis=1)
        return np.asarray(np.log(np.maximum(density, _MIN_DENSITY)))


def impute(view: ArrayView, rows: Matrix, rng: np.random.Generator) -> Matrix:
    """Return rows whose missing values are copied from other rows, all possible ones from the same.

    Values missing in all rows are drawn uniformly.

    Parameters
    ----------
    view : ArrayView
    rows : ndarray of shape (n, n_parameters)
        NaN where inactive.
    rng : Generator
    """
    uniform = _draw_uniform(view, rng, len(rows))
    never = np.isnan(rows).all(axis=0)
    known = np.where(never, uniform, rows)
    complete = known.copy()
    for row in complete:
        missing = np.flatnonzero(np.isnan(row))
        while len(missing):
            sources = np.flatnonzero(~np.isnan(known[:, missing[0]]))
            row[missing] = known[rng.choice(sources), missing]
            missing = np.flatnonzero(np.isnan(row))
    return complete


def _draw_uniform(view: ArrayView, rng: np.random.Generator, n: int) -> Matrix:
    """Draw positions of numbers, and values of positive prior weight of the others, uniformly."""
    drawn = rng.random((n, len(view)))
    for j, weights in enumerate(view.weights):
        if weights is not None:
            drawn[:, j] = rng.choice(np.flatnonzero(weights), size=n)
    return drawn
