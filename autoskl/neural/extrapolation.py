"""Where a learning curve leads: parametric curves, averaged by how well they fit.

Each family is ``a + b * g(epoch; c)``. For every shape c of a grid the best a and b are a linear
least-squares problem; shapes are averaged with weights by their likelihood, and what they disagree
about, with the noise around them, is the uncertainty. So nothing is sampled.

References
----------
T. Domhan, J. T. Springenberg, F. Hutter. "Speeding up automatic hyperparameter optimization of deep
neural networks by extrapolation of learning curves". IJCAI, 2015.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Shape = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_FEWEST_EPOCHS = 8
_SHAPES = 60
_SMALLEST_NOISE = 1e-3
"""Of the range of the curve: what is left out of the model is never less."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Loss at a later epoch: a normal distribution."""

    mean: float
    spread: float

    def probability_below(self, loss: float) -> float:
        """Return the probability that the loss is lower."""
        if self.spread <= 0:
            return float(self.mean < loss)
        return float(ndtr((loss - self.mean) / self.spread))


def forecast(curve: NDArray[np.float64], epoch: int) -> Forecast | None:
    """Forecast the least loss that a run will have reached by an epoch.

    Parameters
    ----------
    curve : ndarray of shape (n_epochs,)
        Losses after the epochs so far.
    epoch : int
        From 1; not before the last of the curve.

    Returns
    -------
    Forecast or None
        None while the curve is too short, or not finite.
    """
    if len(curve) < _FEWEST_EPOCHS or not np.isfinite(curve).all():
        return None
    losses = np.asarray(curve, dtype=np.float64)
    epochs = np.arange(1.0, len(losses) + 1)
    variance = max((_SMALLEST_NOISE * float(np.ptp(losses))) ** 2, 1e-24)
    fits = [_fit(shape, epochs, losses, float(epoch)) for shape in _shapes()]
    means = np.array([mean for mean, _, _ in fits])
    leverages = np.array([leverage for _, leverage, _ in fits])
    errors = np.array([error for _, _, error in fits])
    noise = max(float(errors.min()) / max(len(epochs) - 3, 1), variance)
    weights = np.exp(-0.5 * (errors - errors.min()) / noise)
    weights /= weights.sum()
    # Of many losses with noise the least counts, and what was reached is reached for ever.
    left = max(epoch - len(losses), 0)
    means = np.minimum(means - math.sqrt(2 * noise * math.log1p(left)), losses.min())
    mean = float(weights @ means)
    spread = weights @ ((means - mean) ** 2 + noise * (1.0 + leverages))
    return Forecast(mean, math.sqrt(float(spread)))


@dataclass(frozen=True, slots=True)
class Hopeless:
    """Tells whether a run will not matter: it may be shown to `Trainer.train`.

    Attributes
    ----------
    target : float
        Loss that the run would have to get below.
    n_epochs : int
        At which it would end.
    least : float, default=0.05
        Probability below which it is stopped.
    """

    target: float
    n_epochs: int
    least: float = 0.05

    def __call__(self, curve: NDArray[np.float64]) -> bool:
        """Whether a run with these losses should be stopped."""
        if len(curve) and np.nanmin(curve) < self.target:
            return False
        expected = forecast(curve, self.n_epochs)
        return expected is not None and expected.probability_below(self.target) < self.least


def _shapes() -> Iterator[Shape]:
    """Yield falling functions of the epoch: powers, exponentials and an inverse logarithm."""
    yield from (partial(_power, c) for c in np.geomspace(0.1, 3.0, _SHAPES))
    yield from (partial(_exponential, c) for c in np.geomspace(0.005, 1.0, _SHAPES))
    yield lambda x: 1.0 / np.log(x + 1.0)


def _power(c: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = x**-c
    return values


def _exponential(c: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.exp(-c * x)
    return values


def _fit(
    shape: Shape, epochs: NDArray[np.float64], losses: NDArray[np.float64], epoch: float
) -> tuple[float, float, float]:
    """Return forecast, its leverage and the sum of squared residuals of the best a and b >= 0."""
    values, there = shape(epochs), float(shape(np.array([epoch]))[0])
    centre = values.mean()
    square = float(((values - centre) ** 2).sum())
    slope = max(float((values - centre) @ losses) / square, 0.0) if square > 0 else 0.0
    level = float(losses.mean()) - slope * centre
    residuals = losses - level - slope * values
    leverage = 1.0 / len(epochs) + ((there - centre) ** 2 / square if square > 0 else 0.0)
    return level + slope * there, float(leverage), float(residuals @ residuals)
