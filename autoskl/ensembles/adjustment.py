"""What mends predicted values where the metric asks for something else than their mean.

Most models estimate the mean. A quantile, or what has the least percentage error, often lies near a
multiple of it or beside it, and two numbers found on held-out rows lead there, whatever the metric.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autoskl.core.metrics import Metric, Needs
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Truth
from autoskl.ensembles.held_out_rows import LEAST_ROWS, HeldOutRows, n_scored

_LARGEST_CELLS = 2_000
_TRIES = 60
_FIRST_FACTOR = 0.8
_WORTH = 4.0

_OF_THE_MEAN = frozenset(
    {
        "explained_variance",
        "neg_mean_gamma_deviance",
        "neg_mean_poisson_deviance",
        "neg_mean_squared_error",
        "neg_root_mean_squared_error",
        "r2",
    }
)
"""Metrics that the mean optimises, which is what models estimate anyway."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A multiple of predicted values, and a number added to it.

    Attributes
    ----------
    factor : float, default=1.0
    shift : float, default=0.0
    """

    factor: float = 1.0
    shift: float = 0.0

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return adjusted values of the same shape."""
        adjusted: FloatArray = self.factor * values + self.shift
        return adjusted


NO_ADJUSTMENT = Adjustment()


def suits_values(metric: Metric) -> bool:
    """Whether something else than the mean may be best for a metric."""
    return metric.needs is Needs.VALUES and metric.name not in _OF_THE_MEAN


def fit_adjustment(
    predictions: Mapping[int, FloatArray], truths: Mapping[int, Truth], metric: Metric
) -> Adjustment:
    """Return the adjustment that is best for a metric.

    Values of which none is negative stay so: the metric may not be defined for others.

    Parameters
    ----------
    predictions : mapping of int to ndarray of shape (n_test, 1)
        Held out, by fold.
    truths : mapping of int to Truth
        For the same folds.
    metric : Metric

    Returns
    -------
    Adjustment
        `NO_ADJUSTMENT` for less than 100 rows, and where the loss falls by less than 4 of n parts.
    """
    if n_scored(truths) < LEAST_ROWS:
        return NO_ADJUSTMENT
    rows = HeldOutRows.of(predictions, truths, _LARGEST_CELLS)
    is_signed = min(float(rows.y.min()), float(rows.predictions.min())) < 0

    def loss(numbers: FloatArray) -> float:
        factor, shift = float(numbers[0]), float(numbers[1])
        if factor < 0 or (shift < 0 and not is_signed):
            return np.inf
        return metric.safe_loss(rows.y, Adjustment(factor, shift)(rows.predictions), rows.weight)

    from scipy.optimize import minimize

    spread = float(np.median(np.abs(rows.y - rows.predictions[:, 0])))
    simplex = np.array([[1.0, 0.0], [_FIRST_FACTOR, 0.0], [1.0, spread]])
    options = {"maxfev": _TRIES, "initial_simplex": simplex, "xatol": 1e-3, "fatol": 0.0}
    before = loss(simplex[0])
    with np.errstate(invalid="ignore"):  # the difference of two infinite losses
        found = minimize(loss, simplex[0], method="Nelder-Mead", options=options)
    if not found.fun < before - _WORTH / len(rows.y) * abs(before):
        return NO_ADJUSTMENT
    return Adjustment(float(found.x[0]), float(found.x[1]))
