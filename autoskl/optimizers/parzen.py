"""Kernel density estimation for configurations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

_MIN_BANDWIDTH = 0.02
_PRIOR_WEIGHT = 1.0
"""Weight of the uniform distribution; each kernel has weight 1."""
_LOG_MISMATCH = -20.0
"""Logarithm of a kernel if a hyperparameter is active in only one of two configurations."""


class ParzenEstimator:
    """A mixture of the uniform distribution and one kernel around each known configuration.

    Numbers have normal kernels on the unit scale; other hyperparameters keep their value with a
    probability that increases with the number of configurations. A hyperparameter that is active in
    only one of two configurations is a mismatch; densities are comparable between configurations of
    the same algorithm.

    Parameters
    ----------
    view : ArrayView
    rows : ndarray of shape (n, n_parameters)
        Known configurations; NaN where inactive.
    joint : bool, default=True
        Whether kernels are products over all hyperparameters, so that these are sampled jointly;
        otherwise each hyperparameter has its own mixture, independent of the others.
    bandwidth : float, optional
        Standard deviation of the kernels of numbers. By default it depends on the spread of the
        known configurations.

    References
    ----------
    J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl: Algorithms for hyper-parameter optimization.
    NeurIPS 2011.
    S. Falkner, A. Klein, F. Hutter: BOHB: Robust and efficient hyperparameter optimization at
    scale. ICML 2018.
    """

    def __init__(
        self, view: ArrayView, rows: Matrix, *, joint: bool = True, bandwidth: float | None = None
    ) -> None:
        self.view = view
        self.rows = rows
        self.joint = joint
        self._numeric = view.n_levels == 0
        active = ~np.isnan(rows)
        n = np.maximum(active.sum(axis=0), 1)
        d = max(float(active.sum(axis=1).mean()), 1.0) if joint and len(rows) else 1.0
        filled = np.where(active, rows, 0.0)
        mean = filled.sum(axis=0) / n
        spread = np.sqrt(np.where(active, (filled - mean) ** 2, 0.0).sum(axis=0) / n)
        # The normal reference rule, with a regularised spread: a few equal values say little.
        spread = (n * spread + 0.3) / (n + 1)
        reference = np.maximum(1.06 * spread * n ** (-1.0 / (d + 4.0)), _MIN_BANDWIDTH)
        self._bandwidth = reference if bandwidth is None else np.full(len(view), bandwidth)
        self._flip = np.clip(1.0 / (n + 1.0), 0.02, 0.5)

    def sample(self, rng: np.random.Generator, n: int) -> Matrix:
        """Return valid configurations drawn from the kernels: at most n rows."""
        shape = (n, len(self.view))
        if self.joint:
            drawn = self.rows[rng.integers(len(self.rows), size=n)]
        else:
            drawn = np.full(shape, np.nan)
            for j in range(len(self.view)):
                known = self.rows[~np.isnan(self.rows[:, j]), j]
                if len(known):
                    drawn[:, j] = known[rng.integers(len(known), size=n)]
        numbers = np.clip(drawn + self._bandwidth * rng.standard_normal(shape), 0.0, 1.0)
        prior = self._sample_levels(rng, n)
        flips = rng.random(shape) < self._flip
        levels = np.where(flips & ~np.isnan(drawn), prior, drawn)
        rows = self.view.activate(np.where(self._numeric, numbers, levels), rng)
        return rows[self.view.is_valid(rows)]

    def log_density(self, rows: Matrix) -> Vector:
        """Return the logarithm of the density, up to a constant: (n, d) in, (n,) out."""
        kernels = self._log_kernels(rows)
        weight = len(self.rows) + _PRIOR_WEIGHT
        if self.joint:
            total = np.exp(kernels.sum(axis=2)).sum(axis=1)
            return np.asarray(np.log((total + _PRIOR_WEIGHT) / weight))
        present = ~np.isnan(self.rows)
        each = np.where(present, np.exp(kernels), 0.0).sum(axis=1)
        each = (each + _PRIOR_WEIGHT) / (present.sum(axis=0) + _PRIOR_WEIGHT)
        return np.asarray(np.where(np.isnan(rows), 0.0, np.log(each)).sum(axis=1))

    def _sample_levels(self, rng: np.random.Generator, n: int) -> Matrix:
        """Draw the levels of discrete hyperparameters from the prior."""
        levels = np.zeros((n, len(self.view)))
        for j, weights in enumerate(self.view.weights):
            if weights is not None:
                levels[:, j] = rng.choice(len(weights), size=n, p=weights)
        return levels

    def _log_kernels(self, rows: Matrix) -> NDArray[np.float64]:
        """Return the logarithm of each kernel relative to the uniform density: (n, n_known, d)."""
        points, known = rows[:, None, :], self.rows[None, :, :]
        difference = np.nan_to_num(points - known)
        normal = -0.5 * (difference / self._bandwidth) ** 2 - np.log(
            self._bandwidth * np.sqrt(2 * np.pi)
        )
        n_levels = np.maximum(self.view.n_levels, 1)
        same = np.log((1 - self._flip) * n_levels)
        other = np.log(self._flip * n_levels / np.maximum(n_levels - 1, 1))
        level = np.where(n_levels > 1, np.where(difference == 0, same, other), 0.0)
        kernels = np.where(self._numeric, normal, level)
        both_inactive = np.isnan(points) & np.isnan(known)
        mismatch = np.isnan(points) != np.isnan(known)
        return np.where(both_inactive, 0.0, np.where(mismatch, _LOG_MISMATCH, kernels))
