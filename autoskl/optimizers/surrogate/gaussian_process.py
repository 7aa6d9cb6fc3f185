"""A Gaussian process that is fast enough to be refitted for every proposal."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.optimizers.surrogate.features import Features

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Floats = NDArray[np.floating[Any]]
Numbers = NDArray[np.intp]

LENGTH_SCALES = (0.4, 0.8, 1.6, 3.2)
"""Candidate length scales, for features in [0, 1]."""

NOISE_LEVELS = (1e-3, 3e-2)
"""Candidate noise variances, relative to that of the signal."""

N_FREQUENCIES = 256
"""Number of random Fourier features of a draw from the prior."""

_MAX_RESELECTION = 12
"""Up to this number of results, the kernel is selected again for each new one."""


class GaussianProcess:
    """A Gaussian process with a Matérn 5/2 kernel.

    Length scale and noise are those of the highest posterior probability among few candidates.

    Parameters
    ----------
    transform : callable
        Maps measured values, of shape (n,), to the modelled scale, also of shape (n,).

    References
    ----------
    C. Rasmussen, C. Williams: Gaussian processes for machine learning. MIT Press, 2006.
    """

    def __init__(self, transform: Callable[[Vector], Vector]) -> None:
        self.transform = transform
        self._digest = b""
        self._length, self._noise = LENGTH_SCALES[0], NOISE_LEVELS[0]

    def fit(self, features: Features, measured: Vector, numbers: Numbers) -> None:
        """Learn all results so far.

        The kernel is selected on all but the last few results, so that this need not be repeated
        for each new one.

        Parameters
        ----------
        features : ndarray of float32 of shape (n, n_features)
        measured : ndarray of shape (n,)
        numbers : ndarray of int of shape (n,)
            Trial numbers, ascending; the features of a number must always be the same.
        """
        n = len(measured)
        m = n if n <= _MAX_RESELECTION else n - n % max(2, n // 8)
        digest = hashlib.sha256(numbers[:m].tobytes() + measured[:m].tobytes()).digest()
        if digest != self._digest:
            self._select_kernel(features[:m], measured[:m])
            self._digest = digest
        targets = self.transform(measured)
        self._centre = float(targets.mean())
        self._scale = float(targets.std()) or 1.0
        rows = features.astype(np.float64)
        noises = np.full(n, self._noise)
        self._condition(rows, (targets - self._centre) / self._scale, noises)

    def assume(
        self, features: Features, targets: Vector | None = None, weight: float = 1.0
    ) -> None:
        """Add assumed results until the next fit.

        Parameters
        ----------
        features : ndarray of float32 of shape (n, n_features)
        targets : ndarray of shape (n,), optional
            Values on the modelled scale; by default the predicted means.
        weight : float, default=1.0
            In (0, 1]. Below 1, the noise variance of these results is increased by
            ``1 / weight - 1`` signal variances.
        """
        assumed = self.predict(features)[0] if targets is None else targets
        rows = np.concatenate([self._rows, features.astype(np.float64)])
        known = np.concatenate([self._targets, (assumed - self._centre) / self._scale])
        noise = np.full(len(features), self._noise + 1.0 / weight - 1.0)
        self._condition(rows, known, np.concatenate([self._noises, noise]))

    def predict(self, features: Features) -> tuple[Vector, Vector]:
        """Return mean and standard deviation, each of shape (n,)."""
        # Single precision halves the cost; its rounding errors are far below the noise.
        rows, coefficients, whitener = self._single_precision
        kernel = matern(_squared_distances(features, *rows), self._length)
        mean = (kernel @ coefficients).astype(np.float64)
        white = kernel @ whitener
        explained = np.einsum("ij,ij->i", white, white).astype(np.float64)
        deviation = np.sqrt(self._variance * np.maximum(1.0 - explained, 1e-6))
        return self._centre + self._scale * mean, self._scale * deviation

    def draw(self, rng: np.random.Generator) -> Callable[[Features], Vector]:
        """Return a function drawn from the posterior, which can be evaluated anywhere.

        A draw from the prior, made of random Fourier features, is corrected by its residuals at
        the results (Matheron's rule).

        References
        ----------
        J. Wilson et al.: Efficiently sampling functions from Gaussian process posteriors. ICML
        2020.
        """
        n_features = self._rows.shape[1]
        # The spectral density of a Matérn 5/2 kernel is a t distribution of 5 degrees of freedom.
        stretch = np.sqrt(5.0 / rng.chisquare(5.0, N_FREQUENCIES)) / self._length
        frequencies = rng.standard_normal((n_features, N_FREQUENCIES)) * stretch
        phases = rng.uniform(0.0, 2 * np.pi, N_FREQUENCIES)
        amplitudes = rng.standard_normal(N_FREQUENCIES) * np.sqrt(
            2.0 * self._variance / N_FREQUENCIES
        )

        def prior(rows: Matrix) -> Vector:
            return np.asarray(np.cos(rows @ frequencies + phases) @ amplitudes)

        noise = np.sqrt(self._noises * self._variance) * rng.standard_normal(len(self._rows))
        residuals = self._targets - prior(self._rows) - noise
        correction = self._whitener.T @ (self._whitener @ residuals)

        def posterior(features: Features) -> Vector:
            rows = features.astype(np.float64)
            kernel = matern(_squared_distances(rows, *_distance_terms(self._rows)), self._length)
            return np.asarray(self._centre + self._scale * (prior(rows) + kernel @ correction))

        return posterior

    def _select_kernel(self, features: Features, measured: Vector) -> None:
        targets = self.transform(measured)
        targets = (targets - targets.mean()) / (targets.std() or 1.0)
        rows = features.astype(np.float64)
        squared = _squared_distances(rows, *_distance_terms(rows))
        pairs = [(length, noise) for length in LENGTH_SCALES for noise in NOISE_LEVELS]
        kernels = np.repeat(
            [matern(squared, length) for length in LENGTH_SCALES], len(NOISE_LEVELS), axis=0
        )
        costs = _negative_log_evidence(kernels, np.array([noise for _, noise in pairs]), targets)
        # A log-normal prior of the length scale.
        costs += [0.5 * math.log(length) ** 2 for length, _ in pairs]
        self._length, self._noise = pairs[int(np.argmin(costs))]

    def _condition(self, rows: Matrix, targets: Vector, noises: Vector) -> None:
        """Condition the process on standardised targets with given relative noise variances."""
        self._rows, self._targets, self._noises = rows, targets, noises
        kernel = matern(_squared_distances(rows, *_distance_terms(rows)), self._length)
        self._whitener = _whitener(kernel, noises)
        self._coefficients = self._whitener.T @ (self._whitener @ targets)
        self._variance = max(float(targets @ self._coefficients) / len(targets), 1e-6)
        self._single_precision = (
            _distance_terms(rows.astype(np.float32)),
            self._coefficients.astype(np.float32),
            np.ascontiguousarray(self._whitener.T, dtype=np.float32),
        )


def matern(squared: Floats, length: float) -> Floats:
    """Return the Matérn 5/2 kernel of squared distances, in their precision."""
    # In place where possible: for small arrays, allocating temporaries dominates the time.
    scaled = squared * (5.0 / length**2)
    distance = np.sqrt(scaled)
    scaled /= 3.0
    scaled += distance
    scaled += 1.0
    np.negative(distance, out=distance)
    scaled *= np.exp(distance, out=distance)
    return np.asarray(scaled)


def _distance_terms(rows: Floats) -> tuple[Floats, Floats]:
    """Return the terms of squared distances that depend only on ``rows``."""
    return -2.0 * rows.T, np.einsum("ij,ij->i", rows, rows)


def _squared_distances(left: Floats, minus_twice_right: Floats, norms: Floats) -> Floats:
    squared = left @ minus_twice_right
    squared += np.einsum("ij,ij->i", left, left)[:, None]
    squared += norms
    return np.asarray(np.maximum(squared, 0.0, out=squared))


def _whitener(kernel: Floats, noise: Vector) -> Matrix:
    """Return the inverse of the Cholesky factor of kernel plus noise."""
    from scipy.linalg.lapack import dtrtri

    return np.asarray(dtrtri(_factor(kernel, noise), lower=1)[0])


def _negative_log_evidence(kernels: Floats, noises: Vector, targets: Vector) -> Vector:
    """Return the negative log evidence of each kernel, up to a constant, its scale fitted."""
    from scipy.linalg.lapack import dtrtrs

    n = len(targets)
    kernels.reshape(len(kernels), -1)[:, :: n + 1] += noises[:, None]
    factors = np.linalg.cholesky(kernels)
    white = np.array([dtrtrs(factor, targets, lower=1)[0] for factor in factors])
    variances = np.maximum(np.square(white).mean(axis=1), 1e-6)
    half_log_determinants = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    return np.asarray(0.5 * n * np.log(variances) + half_log_determinants)


def _factor(kernel: Floats, noise: Vector) -> Matrix:
    noisy = kernel.copy()
    noisy.flat[:: len(noisy) + 1] += noise
    return np.asarray(np.linalg.cholesky(noisy))
