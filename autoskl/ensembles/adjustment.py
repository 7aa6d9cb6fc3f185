"""Linear adjustment of predicted values, for metrics that the conditional mean does not optimise.

Most models estimate the mean. The optimum of a metric such as a quantile loss or a percentage error
is often close to a linear function of it, whose two coefficients are fitted on held-out rows.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from autoskl.core.clock import Clock, monotonic
from autoskl.core.metrics import Metric, PredictionType, Statistic, statistic_for
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Targets
from autoskl.ensembles.held_out_rows import MIN_ROWS, HeldOutRows, covers_all, n_scored_rows

_MAX_CELLS = 2_000
_MAX_EVALUATIONS = 60
_MIN_EVALUATIONS = 15
_INITIAL_FACTOR = 0.8
_MIN_GAIN = 4.0
"""Required decrease of the loss, in multiples of the loss per row."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Linear function of predicted values.

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


def can_adjust(metric: Metric) -> bool:
    """Whether predictions other than the conditional mean may optimise a metric."""
    return (
        metric.prediction_type is PredictionType.VALUES
        and statistic_for(metric.name) is not Statistic.MEAN
    )


def fit_adjustment(
    predictions: Mapping[int, FloatArray],
    targets: Targets,
    metric: Metric,
    *,
    seconds: float | None = None,
    clock: Clock = monotonic,
) -> Adjustment:
    """Return the best adjustment for a metric.

    Non-negative predictions stay non-negative where the target is too: the metric may be undefined
    for negative values.

    Parameters
    ----------
    predictions : mapping of int to ndarray of shape (n_test, 1)
        Held-out predictions by fold.
    targets : mapping of int to HeldOutTarget
        For the same folds.
    metric : Metric
    seconds : float or None, default=None
        Time limit, which reduces the number of evaluations of a slow metric. None where the result
        must not depend on measured times.
    clock : Clock

    Returns
    -------
    Adjustment
        `NO_ADJUSTMENT` for fewer than 100 rows, when the loss decreases by less than 4 / n of it,
        when it was fitted on a sample and the loss of all rows does not decrease, and when there is
        no time.
    """
    if n_scored_rows(targets) < MIN_ROWS:
        return NO_ADJUSTMENT
    rows = HeldOutRows.of(predictions, targets, _MAX_CELLS)
    started = clock()
    before = _loss(rows, NO_ADJUSTMENT, metric)
    n_evaluations = _MAX_EVALUATIONS
    if seconds is not None:
        n_evaluations = min(n_evaluations, int(seconds / max(clock() - started, 1e-9)))
    if n_evaluations < _MIN_EVALUATIONS:
        return NO_ADJUSTMENT
    adjustment, after = _optimize(rows, metric, n_evaluations)
    if not after < before - _MIN_GAIN / len(rows.y) * abs(before):
        return NO_ADJUSTMENT
    if covers_all(rows, targets):
        return adjustment
    all_rows = HeldOutRows.of(predictions, targets, max_cells=sys.maxsize)
    is_better = _loss(all_rows, adjustment, metric) < _loss(all_rows, NO_ADJUSTMENT, metric)
    return adjustment if is_better else NO_ADJUSTMENT


def _loss(rows: HeldOutRows, adjustment: Adjustment, metric: Metric) -> float:
    return metric.safe_loss(rows.y, adjustment(rows.predictions), rows.weight)


def _optimize(rows: HeldOutRows, metric: Metric, n_evaluations: int) -> tuple[Adjustment, float]:
    """Return the adjustment with the lowest loss found, and that loss."""
    from scipy.optimize import minimize

    is_signed = min(float(rows.y.min()), float(rows.predictions.min())) < 0

    def loss(coefficients: FloatArray) -> float:
        factor, shift = float(coefficients[0]), float(coefficients[1])
        if factor < 0 or (shift < 0 and not is_signed):
            return np.inf
        return _loss(rows, Adjustment(factor, shift), metric)

    spread = float(np.median(np.abs(rows.y - rows.predictions[:, 0])))
    simplex = np.array([[1.0, 0.0], [_INITIAL_FACTOR, 0.0], [1.0, spread]])
    options = {"maxfev": n_evaluations, "initial_simplex": simplex, "xatol": 1e-3, "fatol": 0.0}
    with np.errstate(invalid="ignore"):  # differences of infinite losses
        result = minimize(loss, simplex[0], method="Nelder-Mead", options=options)
    return Adjustment(float(result.x[0]), float(result.x[1])), float(result.fun)
