"""Where a learning curve leads: parametric curves, averaged by how well they fit.

Each family is ``a + b * g(epoch; c)``. For every shape c of a grid the best a and b are a linear
least-squares problem; shapes are averaged with weights by their likelihood, and what they disagree
about, with the noise around them, is the uncertainty. So nothing is sampled, and a forecast takes
less than a millisecond.

References
----------
T. Domhan, J. T. Springenberg, F. Hutter. "Speeding up automatic hyperparameter optimization of deep
neural networks by extrapolation of learning curves". IJCAI, 2015.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

_FEWEST_EPOCHS = 8
_LOOKS = 20
"""How often a curve is extrapolated, at most."""

_FIRST_LOOK = 0.25
"""Share of the epochs after which a curve is extrapolated for the first time."""

_POWERS = np.geomspace(0.1, 3.0, 60)[:, np.newaxis]
_RATES = np.geomspace(0.005, 1.0, 60)[:, np.newaxis]
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
    means, leverages, errors = _fits(losses, float(epoch))
    least = max((_SMALLEST_NOISE * float(np.ptp(losses))) ** 2, 1e-24)
    noise = max(float(errors.min()) / max(len(losses) - 3, 1), least)
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
        if not self._looks_at(len(curve)) or np.min(curve) < self.target:
            return False
        expected = forecast(curve, self.n_epochs)
        return expected is not None and expected.probability_below(self.target) < self.least

    def _looks_at(self, epoch: int) -> bool:
        """Whether the run is judged after an epoch; after the last one nothing can be saved."""
        first = max(_FEWEST_EPOCHS, math.ceil(_FIRST_LOOK * self.n_epochs))
        return first <= epoch < self.n_epochs and epoch % math.ceil(self.n_epochs / _LOOKS) == 0


def never(curve: NDArray[np.float64]) -> bool:
    """Let every run come to its end."""
    return False


def _shapes(epochs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return falling functions of the epoch (n_shapes, n_epochs).

    They are powers, exponentials and an inverse logarithm.
    """
    inverse_logarithm = 1.0 / np.log(epochs + 1.0)
    return np.vstack([epochs**-_POWERS, np.exp(-_RATES * epochs), inverse_logarithm])


def _fits(
    losses: NDArray[np.float64], epoch: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return forecasts, their leverages and the sums of squared residuals with a and b >= 0.

    Each has an entry for every shape.
    """
    n = len(losses)
    shapes = _shapes(np.append(np.arange(1.0, n + 1), epoch))
    centre = shapes[:, :n].mean(axis=1, keepdims=True)
    values, there = shapes[:, :n] - centre, shapes[:, n] - centre[:, 0]
    square = np.maximum((values**2).sum(axis=1), 1e-300)
    level = float(losses.mean())
    slopes = np.maximum(values @ losses / square, 0.0)
    residuals = losses - level - slopes[:, np.newaxis] * values
    return level + slopes * there, 1.0 / n + there**2 / square, (residuals**2).sum(axis=1)
