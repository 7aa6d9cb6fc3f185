"""A Gaussian process small enough to be fitted anew for every proposal."""

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

LENGTHS = (0.4, 0.8, 1.6, 3.2)
"""Length scales that are compared, where features lie in [0, 1]."""

NOISES = (1e-3, 3e-2)
"""Shares of the variance that may be noise."""

N_FREQUENCIES = 256
"""Random Fourier features of a function drawn from the prior."""

_FEW = 12


class GaussianProcess:
    """A Matérn 5/2 kernel whose length scale and noise have the highest posterior probability.

    Parameters
    ----------
    transform : callable
        From what was measured, of shape (n,), to the scale to learn it on, also of shape (n,).

    References
    ----------
    C. Rasmussen, C. Williams: Gaussian processes for machine learning. MIT Press, 2006.
    """

    def __init__(self, transform: Callable[[Vector], Vector]) -> None:
        self.transform = transform
        self._seen = b""
        self._length, self._noise = LENGTHS[0], NOISES[0]

    def fit(self, features: Features, measured: Vector, numbers: Numbers) -> None:
        """Learn all results so far.

        The kernel is chosen on all but the last few results, so that it need not be chosen anew for
        every one.

        Parameters
        ----------
        features : ndarray of float32 of shape (n, n_features)
        measured : ndarray of shape (n,)
        numbers : ndarray of int of shape (n,)
            Rising numbers of the results; equal numbers always come with equal features.
        """
        n = len(measured)
        m = n if n <= _FEW else n - n % max(2, n // 8)
        seen = hashlib.sha256(numbers[:m].tobytes() + measured[:m].tobytes()).digest()
        if seen != self._seen:
            self._choose(features[:m], measured[:m])
            self._seen = seen
        targets = self.transform(measured)
        self._centre = float(targets.mean())
        self._scale = float(targets.std()) or 1.0
        rows = features.astype(np.float64)
        noises = np.full(n, self._noise)
        self._condition(rows, (targets - self._centre) / self._scale, noises)

    def assume(
        self, features: Features, targets: Vector | None = None, weight: float = 1.0
    ) -> None:
        """Count further results until the next fit.

        Parameters
        ----------
        features : ndarray of float32 of shape (n, n_features)
        targets : ndarray of shape (n,), optional
            Values on the scale that is learned; by default those that are predicted.
        weight : float, default=1.0
            In (0, 1]; below 1 they are noisier than results, by ``1 / weight - 1`` variances of the
            function that is learned.
        """
        assumed = self.predict(features)[0] if targets is None else targets
        rows = np.concatenate([self._rows, features.astype(np.float64)])
        known = np.concatenate([self._targets, (assumed - self._centre) / self._scale])
        noise = np.full(len(features), self._noise + 1.0 / weight - 1.0)
        self._condition(rows, known, np.concatenate([self._noises, noise]))

    def predict(self, features: Features) -> tuple[Vector, Vector]:
        """Return mean and standard deviation, each of shape (n,)."""
        # In single precision, which costs half; the noise is far above what that rounds off.
        rows, coefficients, whitener = self._single
        known = matern(_squared_distances(features, *rows), self._length)
        mean = (known @ coefficients).astype(np.float64)
        white = known @ whitener
        explained = np.einsum("ij,ij->i", white, white).astype(np.float64)
        deviation = np.sqrt(self._variance * np.maximum(1.0 - explained, 1e-6))
        return self._centre + self._scale * mean, self._scale * deviation

    def draw(self, rng: np.random.Generator) -> Callable[[Features], Vector]:
        """Return a function drawn from the posterior, which can be evaluated anywhere.

        A draw from the prior, made of random Fourier features, is corrected by what it misses at
        the results.

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
        missed = self._targets - prior(self._rows) - noise
        correction = self._whitener.T @ (self._whitener @ missed)

        def drawn(features: Features) -> Vector:
            rows = features.astype(np.float64)
            known = matern(_squared_distances(rows, *_prepared(self._rows)), self._length)
            return np.asarray(self._centre + self._scale * (prior(rows) + known @ correction))

        return drawn

    def _choose(self, features: Features, measured: Vector) -> None:
        targets = self.transform(measured)
        targets = (targets - targets.mean()) / (targets.std() or 1.0)
        rows = features.astype(np.float64)
        squared = _squared_distances(rows, *_prepared(rows))
        pairs = [(length, noise) for length in LENGTHS for noise in NOISES]
        kernels = np.repeat([matern(squared, length) for length in LENGTHS], len(NOISES), axis=0)
        costs = _evidence_costs(kernels, np.array([noise for _, noise in pairs]), targets)
        costs += [0.5 * math.log(length) ** 2 for length, _ in pairs]
        self._length, self._noise = pairs[int(np.argmin(costs))]

    def _condition(self, rows: Matrix, targets: Vector, noises: Vector) -> None:
        self._rows, self._targets, self._noises = rows, targets, noises
        kernel = matern(_squared_distances(rows, *_prepared(rows)), self._length)
        self._whitener = _whitener(kernel, noises)
        self._coefficients = self._whitener.T @ (self._whitener @ targets)
        self._variance = max(float(targets @ self._coefficients) / len(targets), 1e-6)
        self._single = (
            _prepared(rows.astype(np.float32)),
            self._coefficients.astype(np.float32),
            np.ascontiguousarray(self._whitener.T, dtype=np.float32),
        )


def matern(squared: Floats, length: float) -> Floats:
    """Return the Matérn 5/2 kernel of squared distances, in their precision."""
    # In place where possible: for arrays as small as these, most time goes into temporary ones.
    scaled = squared * (5.0 / length**2)
    distance = np.sqrt(scaled)
    scaled /= 3.0
    scaled += distance
    scaled += 1.0
    np.negative(distance, out=distance)
    scaled *= np.exp(distance, out=distance)
    return np.asarray(scaled)


def _prepared(rows: Floats) -> tuple[Floats, Floats]:
    """Return what squared distances to rows need, so that it need not be made each time."""
    return -2.0 * rows.T, np.einsum("ij,ij->i", rows, rows)


def _squared_distances(left: Floats, opposite: Floats, norms: Floats) -> Floats:
    squared = left @ opposite
    squared += np.einsum("ij,ij->i", left, left)[:, None]
    squared += norms
    return np.asarray(np.maximum(squared, 0.0, out=squared))


def _whitener(kernel: Floats, noise: Vector) -> Matrix:
    """Return the inverse of the Cholesky factor of kernel plus noise."""
    from scipy.linalg.lapack import dtrtri

    return np.asarray(dtrtri(_factor(kernel, noise), lower=1)[0])


def _evidence_costs(kernels: Floats, noises: Vector, targets: Vector) -> Vector:
    """Return negative logarithms of the evidence, the scale of each of the kernels fitted."""
    from scipy.linalg.lapack import dtrtrs

    n = len(targets)
    kernels.reshape(len(kernels), -1)[:, :: n + 1] += noises[:, None]
    factors = np.linalg.cholesky(kernels)
    white = np.array([dtrtrs(factor, targets, lower=1)[0] for factor in factors])
    variances = np.maximum(np.square(white).mean(axis=1), 1e-6)
    logarithms = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    return np.asarray(0.5 * n * np.log(variances) + logarithms)


def _factor(kernel: Floats, noise: Vector) -> Matrix:
    noisy = kernel.copy()
    noisy.flat[:: len(noisy) + 1] += noise
    return np.asarray(np.linalg.cholesky(noisy))
