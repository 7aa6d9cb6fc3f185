"""Density of configurations, from kernels around some that are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

_NARROWEST = 0.02
_PRIOR_WEIGHT = 1.0


class Parzen:
    """A mixture of kernels, one around each known configuration, and the uniform distribution.

    Numbers have normal kernels on the unit scale, the others keep their value with a probability
    that grows with the number of configurations. A hyperparameter that is inactive here and active
    there does not match: densities are comparable between configurations of one algorithm.

    Parameters
    ----------
    view : ArrayView
    rows : ndarray of shape (n, n_parameters)
        Known configurations; NaN where inactive.
    joint : bool, default=True
        Whether kernels are products over all hyperparameters, so that they are sampled together;
        otherwise each hyperparameter has a mixture of its own, independent of the others.
    width : float, optional
        Of the kernels of numbers, chosen by how far the known configurations lie apart by default.

    References
    ----------
    J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl: Algorithms for hyper-parameter optimization.
    NeurIPS 2011.
    S. Falkner, A. Klein, F. Hutter: BOHB: Robust and efficient hyperparameter optimization at
    scale. ICML 2018.
    """

    def __init__(
        self, view: ArrayView, rows: Matrix, *, joint: bool = True, width: float | None = None
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
        # The normal reference rule; a few equal values say little about the spread.
        spread = (n * spread + 0.3) / (n + 1)
        reference = np.maximum(1.06 * spread * n ** (-1.0 / (d + 4.0)), _NARROWEST)
        self._width = reference if width is None else np.full(len(view), width)
        self._flip = np.clip(1.0 / (n + 1.0), 0.02, 0.5)

    def sample(self, rng: np.random.Generator, n: int) -> Matrix:
        """Return legal configurations drawn from the kernels: at most n rows."""
        shape = (n, len(self.view))
        if self.joint:
            drawn = self.rows[rng.integers(len(self.rows), size=n)]
        else:
            drawn = np.full(shape, np.nan)
            for j in range(len(self.view)):
                known = self.rows[~np.isnan(self.rows[:, j]), j]
                if len(known):
                    drawn[:, j] = known[rng.integers(len(known), size=n)]
        moved = np.clip(drawn + self._width * rng.standard_normal(shape), 0.0, 1.0)
        other = self._prior(rng, n)
        flips = rng.random(shape) < self._flip
        levels = np.where(flips & ~np.isnan(drawn), other, drawn)
        rows = self.view.activate(np.where(self._numeric, moved, levels), rng)
        return rows[self.view.legal(rows)]

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

    def _prior(self, rng: np.random.Generator, n: int) -> Matrix:
        levels = np.zeros((n, len(self.view)))
        for j, weights in enumerate(self.view.weights):
            if weights is not None:
                levels[:, j] = rng.choice(len(weights), size=n, p=weights)
        return levels

    def _log_kernels(self, rows: Matrix) -> NDArray[np.float64]:
        """Return the logarithm of each kernel relative to the uniform density: (n, n_known, d)."""
        here, known = rows[:, None, :], self.rows[None, :, :]
        away = np.nan_to_num(here - known)
        normal = -0.5 * (away / self._width) ** 2 - np.log(self._width * np.sqrt(2 * np.pi))
        n_levels = np.maximum(self.view.n_levels, 1)
        kept = np.log((1 - self._flip) * n_levels)
        left = np.log(self._flip * n_levels / np.maximum(n_levels - 1, 1))
        several = n_levels > 1
        level = np.where(several, np.where(away == 0, kept, left), 0.0)
        kernels = np.where(self._numeric, normal, level)
        absent = np.isnan(here) & np.isnan(known)
        mismatch = np.isnan(here) != np.isnan(known)
        return np.where(absent, 0.0, np.where(mismatch, -20.0, kernels))
