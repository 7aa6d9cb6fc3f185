"""What mends predicted values where the metric asks for something else than their mean.

Most models estimate the mean. A quantile, or what has the least percentage error, often lies near a
multiple of it or beside it, and two numbers found on held-out rows lead there, whatever the metric.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autoskl.core.clock import Clock, monotonic
from autoskl.core.metrics import Metric, Needs, Statistic, statistic_for
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Truth
from autoskl.ensembles.held_out_rows import LEAST_ROWS, HeldOutRows, are_all, n_scored

_LARGEST_CELLS = 2_000
_TRIES = 60
_LEAST_TRIES = 15
_FIRST_FACTOR = 0.8
_WORTH = 4.0


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
    """Whether something else than the mean, which models estimate, may be best for a metric."""
    return metric.needs is Needs.VALUES and statistic_for(metric.name) is not Statistic.MEAN


def fit_adjustment(
    predictions: Mapping[int, FloatArray],
    truths: Mapping[int, Truth],
    metric: Metric,
    *,
    seconds: float | None = None,
    clock: Clock = monotonic,
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
    seconds : float or None, default=None
        That it may take; fewer adjustments are tried by a metric that takes long. None where
        nothing measured may decide.
    clock : Clock

    Returns
    -------
    Adjustment
        `NO_ADJUSTMENT` for less than 100 rows, where the loss falls by less than 4 of n parts,
        where of many rows a part was looked at and the loss of all does not fall, and where there
        is no time.
    """
    if n_scored(truths) < LEAST_ROWS:
        return NO_ADJUSTMENT
    rows = HeldOutRows.of(predictions, truths, _LARGEST_CELLS)
    started = clock()
    before = _loss(rows, NO_ADJUSTMENT, metric)
    tries = _TRIES
    if seconds is not None:
        tries = min(tries, int(seconds / max(clock() - started, 1e-9)))
    if tries < _LEAST_TRIES:
        return NO_ADJUSTMENT
    adjustment, after = _best(rows, metric, tries)
    if not after < before - _WORTH / len(rows.y) * abs(before):
        return NO_ADJUSTMENT
    if are_all(rows, truths):
        return adjustment
    whole = HeldOutRows.of(predictions, truths, most_cells=sys.maxsize)
    is_better = _loss(whole, adjustment, metric) < _loss(whole, NO_ADJUSTMENT, metric)
    return adjustment if is_better else NO_ADJUSTMENT


def _loss(rows: HeldOutRows, adjustment: Adjustment, metric: Metric) -> float:
    return metric.safe_loss(rows.y, adjustment(rows.predictions), rows.weight)


def _best(rows: HeldOutRows, metric: Metric, tries: int) -> tuple[Adjustment, float]:
    """Return the best of some adjustments, and its loss."""
    from scipy.optimize import minimize

    is_signed = min(float(rows.y.min()), float(rows.predictions.min())) < 0

    def loss(numbers: FloatArray) -> float:
        factor, shift = float(numbers[0]), float(numbers[1])
        if factor < 0 or (shift < 0 and not is_signed):
            return np.inf
        return _loss(rows, Adjustment(factor, shift), metric)

    spread = float(np.median(np.abs(rows.y - rows.predictions[:, 0])))
    simplex = np.array([[1.0, 0.0], [_FIRST_FACTOR, 0.0], [1.0, spread]])
    options = {"maxfev": tries, "initial_simplex": simplex, "xatol": 1e-3, "fatol": 0.0}
    with np.errstate(invalid="ignore"):  # the difference of two infinite losses
        found = minimize(loss, simplex[0], method="Nelder-Mead", options=options)
    return Adjustment(float(found.x[0]), float(found.x[1])), float(found.fun)
