"""Extrapolates learning curves by parametric families, averaged by their likelihood.

Each family is ``a + b * g(epoch; c)``. For every shape c of a grid, the best a and b solve a linear
least-squares problem. Shapes are weighted by their likelihood; the uncertainty is their
disagreement plus the noise around them. Nothing is sampled, so that a forecast takes less than a
millisecond.

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

_MIN_EPOCHS = 8
_MAX_FORECASTS = 20
"""Maximum number of forecasts per curve."""

_FIRST_FORECAST = 0.25
"""Fraction of the epochs before the first forecast."""

_POWERS = np.geomspace(0.1, 3.0, 60)[:, np.newaxis]
_RATES = np.geomspace(0.005, 1.0, 60)[:, np.newaxis]
_MIN_NOISE = 1e-3
"""Minimum standard deviation of the noise, as a fraction of the range of the curve."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Normal distribution of the loss at a later epoch."""

    mean: float
    std: float

    def probability_below(self, loss: float) -> float:
        """Return the probability that the loss is lower than ``loss``."""
        if self.std <= 0:
            return float(self.mean < loss)
        return float(ndtr((loss - self.mean) / self.std))


def forecast(curve: NDArray[np.float64], epoch: int) -> Forecast | None:
    """Forecast the lowest loss that training will have reached by an epoch.

    Parameters
    ----------
    curve : ndarray of shape (n_epochs,)
        Loss after each epoch so far.
    epoch : int
        Counted from 1; not before the last epoch of the curve.

    Returns
    -------
    Forecast or None
        None if the curve is too short or not finite.
    """
    if len(curve) < _MIN_EPOCHS or not np.isfinite(curve).all():
        return None
    losses = np.asarray(curve, dtype=np.float64)
    means, leverages, errors = _fits(losses, float(epoch))
    least = max((_MIN_NOISE * float(np.ptp(losses))) ** 2, 1e-24)
    noise = max(float(errors.min()) / max(len(losses) - 3, 1), least)
    weights = np.exp(-0.5 * (errors - errors.min()) / noise)
    weights /= weights.sum()
    # Of many noisy losses the lowest counts, and a loss once reached cannot be lost.
    remaining = max(epoch - len(losses), 0)
    means = np.minimum(means - math.sqrt(2 * noise * math.log1p(remaining)), losses.min())
    mean = float(weights @ means)
    variance = weights @ ((means - mean) ** 2 + noise * (1.0 + leverages))
    return Forecast(mean, math.sqrt(float(variance)))


@dataclass(frozen=True, slots=True)
class ForecastStopper:
    """Stops training that is unlikely to reach a target loss; a ``stop`` of `Trainer.train`.

    Attributes
    ----------
    target : float
        Loss below which training must end to be of use.
    n_epochs : int
        Epoch at which training would end.
    min_probability : float, default=0.05
        Training is stopped if reaching the target is less likely than this.
    """

    target: float
    n_epochs: int
    min_probability: float = 0.05

    def __call__(self, curve: NDArray[np.float64]) -> bool:
        """Whether training with these losses should be stopped."""
        if not self._is_due(len(curve)) or np.min(curve) < self.target:
            return False
        expected = forecast(curve, self.n_epochs)
        return (
            expected is not None and expected.probability_below(self.target) < self.min_probability
        )

    def _is_due(self, epoch: int) -> bool:
        """Whether to forecast after an epoch; after the last one nothing can be saved."""
        first = max(_MIN_EPOCHS, math.ceil(_FIRST_FORECAST * self.n_epochs))
        interval = math.ceil(self.n_epochs / _MAX_FORECASTS)
        return first <= epoch < self.n_epochs and epoch % interval == 0


def _shapes(epochs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return decreasing functions of the epoch, of shape (n_shapes, n_epochs).

    They are powers, exponentials and an inverse logarithm.
    """
    inverse_logarithm = 1.0 / np.log(epochs + 1.0)
    return np.vstack([epochs**-_POWERS, np.exp(-_RATES * epochs), inverse_logarithm])


def _fits(
    losses: NDArray[np.float64], epoch: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return forecasts, leverages and residual sums of squares under the constraint b >= 0.

    Each array has one entry per shape.
    """
    n = len(losses)
    shapes = _shapes(np.append(np.arange(1.0, n + 1), epoch))
    centre = shapes[:, :n].mean(axis=1, keepdims=True)
    values, ahead = shapes[:, :n] - centre, shapes[:, n] - centre[:, 0]
    square = np.maximum((values**2).sum(axis=1), 1e-300)
    level = float(losses.mean())
    slopes = np.maximum(values @ losses / square, 0.0)
    residuals = losses - level - slopes[:, np.newaxis] * values
    return level + slopes * ahead, 1.0 / n + ahead**2 / square, (residuals**2).sum(axis=1)
