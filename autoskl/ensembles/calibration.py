"""Calibration of probabilities, fitted on held-out rows.

Forests and strongly regularised models are underconfident, overfitted ones overconfident, and
unanimous votes give probability 0. A temperature and a floor correct most of it without changing
the order of the classes (C. Guo, G. Pleiss, Y. Sun, K. Weinberger. "On calibration of modern neural
networks". ICML 2017). A shift of the log odds is added for two classes where an ensemble was
selected by a ranking metric, which does not see a bias (J. Platt. "Probabilistic outputs for
support vector machines". Advances in Large Margin Classifiers, 1999).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from autoskl.core.losses import (
    SMALLEST_PROBABILITY,
    average_precision_loss,
    brier,
    log_loss,
    roc_auc_loss,
)
from autoskl.core.metrics import Metric, PredictionType
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Targets
from autoskl.ensembles.held_out_rows import MIN_ROWS, HeldOutRows, covers_all, n_scored_rows

_MAX_CELLS = 60_000
"""Probabilities in the sample of rows used for fitting: enough for two or three parameters."""

_INVERSE_TEMPERATURES = (1 / 6, 6.0)
_MIN_RANKING_TEMPERATURE = 0.5
"""Lower limit for ranking metrics: below, many probabilities would be rounded to 1 and tie."""

_PRIOR_DEVIATION = 0.5
"""Prior standard deviation of the logarithm of the temperature."""

_FLOORS = (1e-3, 1e-2, 5e-2)
_MAX_SHIFT = 10.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Temperature scaling of probabilities with a floor.

    Attributes
    ----------
    temperature : float, default=1.0
        Divides the log probabilities: above 1 it makes them less confident.
    floor : float, default=0.0
        Share of the uniform distribution that is mixed in beforehand.
    shift : float, default=0.0
        Added to the log odds of the second of two classes afterwards.
    """

    temperature: float = 1.0
    floor: float = 0.0
    shift: float = 0.0

    def __call__(self, probabilities: FloatArray) -> FloatArray:
        """Return calibrated probabilities (n_rows, n_classes); rows sum to 1."""
        if self == NO_CALIBRATION:
            return probabilities
        powers = np.exp(_log_probabilities(probabilities, self.floor) / self.temperature)
        if self.shift:
            powers[:, 1] *= np.exp(self.shift)
        scaled: FloatArray = powers / powers.sum(axis=1, keepdims=True)
        return scaled


NO_CALIBRATION = Calibration()


def can_calibrate_members(metric: Metric) -> bool:
    """Whether calibrating the members may improve the ensemble by a metric."""
    return metric.loss in (log_loss, brier) or is_ranking_metric(metric)


def can_calibrate_ensemble(metric: Metric) -> bool:
    """Whether to calibrate an ensemble: the metric improves, or does not depend on it."""
    return can_calibrate_members(metric) or metric.prediction_type is PredictionType.LABELS


def is_ranking_metric(metric: Metric) -> bool:
    """Whether a metric depends only on the order of the rows, so that they must not be tied."""
    return metric.loss in (roc_auc_loss, average_precision_loss)


def fit_calibration(
    predictions: Mapping[int, FloatArray],
    targets: Targets,
    *,
    keeps_order: bool = False,
) -> Calibration:
    """Return the calibration with the lowest log loss.

    Each parameter must improve the log likelihood by more than 1, Akaike's penalty (H. Akaike. "A
    new look at the statistical model identification". IEEE Transactions on Automatic Control 19,
    1974).

    Parameters
    ----------
    predictions : mapping of int to ndarray of shape (n_test, n_classes)
        Held-out predictions by fold.
    targets : mapping of int to HeldOutTarget
        For the same folds.
    keeps_order : bool, default=False
        Whether distinct rows must stay distinct, for ranking metrics. The odds of two classes may
        then be shifted, since a ranking metric does not see the bias of the members it selected.

    Returns
    -------
    Calibration
        `NO_CALIBRATION` for fewer than 100 rows. The fewer rows, the closer is the temperature
        to 1. Rows of weight 0 do not count. When it was fitted on a sample, the loss of all rows
        must decrease too.
    """
    n_rows = n_scored_rows(targets)
    if n_rows < MIN_ROWS:
        return NO_CALIBRATION
    rows = HeldOutRows.of(predictions, targets, _MAX_CELLS)
    n_rows = min(n_rows, len(rows.y))
    fitted = _fit(rows, n_rows, keeps_order=keeps_order)
    if fitted == NO_CALIBRATION or covers_all(rows, targets):
        return fitted
    losses = [_loss_of_all_rows(predictions, targets, one) for one in (fitted, NO_CALIBRATION)]
    return fitted if losses[0] < losses[1] else NO_CALIBRATION


def _fit(rows: HeldOutRows, n_rows: int, *, keeps_order: bool) -> Calibration:
    """Return the calibration with the lowest log loss among those that improve it enough."""
    best, cost = NO_CALIBRATION, n_rows * _loss(rows, NO_CALIBRATION)
    fitted = Calibration(_fit_temperature(rows, 0.0, n_rows))
    if n_rows * _loss(rows, fitted) + 1 < cost:
        best, cost = fitted, n_rows * _loss(rows, fitted) + 1
    for floor in _FLOORS:
        # The temperature is refitted only if the floor helps without that.
        if n_rows * _loss(rows, Calibration(fitted.temperature, floor)) + 2 < cost:
            fitted = Calibration(_fit_temperature(rows, floor, n_rows), floor)
            best, cost = fitted, n_rows * _loss(rows, fitted) + 2
    if not keeps_order:
        return best
    best = replace(best, temperature=max(best.temperature, _MIN_RANKING_TEMPERATURE))
    if rows.predictions.shape[1] != 2:
        return best
    shifted = _fit_shift(rows, best.floor, n_rows)
    n_new = 2 if best.temperature == 1 else 1
    gain = n_rows * (_loss(rows, best) - _loss(rows, shifted))
    return shifted if gain > n_new else best


def _loss_of_all_rows(
    predictions: Mapping[int, FloatArray],
    targets: Targets,
    calibration: Calibration,
) -> float:
    """Return the log loss of all rows, averaged over the folds."""
    losses = [
        log_loss(target.y, calibration(predictions[fold]), target.weight)
        for fold, target in targets.items()
        if target.row_weights.any()
    ]
    return float(np.mean(losses))


def _loss(rows: HeldOutRows, calibration: Calibration) -> float:
    """Return the log loss."""
    true_class = calibration(rows.predictions)[np.arange(len(rows.y)), rows.y]
    return float(rows.share @ -np.log(np.maximum(true_class, SMALLEST_PROBABILITY)))


def _fit_temperature(rows: HeldOutRows, floor: float, n_rows: int) -> float:
    """Return the temperature with the lowest log loss at a given floor."""
    from scipy.optimize import brentq

    logs = _log_probabilities(rows.predictions, floor)
    true_class = float(rows.share @ logs[np.arange(len(rows.y)), rows.y])

    def slope(inverse: float) -> float:
        """Return the derivative of the loss, which increases with the inverse temperature."""
        powers = np.exp(inverse * logs)
        means = (powers * logs).sum(axis=1) / powers.sum(axis=1)
        prior = np.log(inverse) / (inverse * _PRIOR_DEVIATION**2 * n_rows)
        return float(rows.share @ means) - true_class + float(prior)

    lower, upper = _INVERSE_TEMPERATURES
    if slope(lower) >= 0:
        return 1 / lower
    if slope(upper) <= 0:
        return 1 / upper
    return float(1 / brentq(slope, lower, upper, xtol=1e-10))


def _fit_shift(rows: HeldOutRows, floor: float, n_rows: int) -> Calibration:
    """Return the temperature and the shift with the lowest log loss at a given floor."""
    from scipy.optimize import minimize
    from scipy.special import expit

    logs = _log_probabilities(rows.predictions, floor)
    odds, sign = logs[:, 1] - logs[:, 0], 2.0 * rows.y - 1

    def loss_and_gradient(parameters: FloatArray) -> tuple[float, list[float]]:
        """Return the penalised loss of an inverse temperature and a shift, and its gradient."""
        inverse, shift = parameters
        margins = sign * (inverse * odds + shift)
        slopes = rows.share * sign * -expit(-margins)
        penalty = np.log(inverse) / (_PRIOR_DEVIATION**2 * n_rows)
        loss = rows.share @ np.logaddexp(0, -margins) + penalty * np.log(inverse) / 2
        return float(loss), [float(slopes @ odds + penalty / inverse), float(slopes.sum())]

    bounds = [(_INVERSE_TEMPERATURES[0], 1 / _MIN_RANKING_TEMPERATURE), (-_MAX_SHIFT, _MAX_SHIFT)]
    result = minimize(loss_and_gradient, (1.0, 0.0), jac=True, method="L-BFGS-B", bounds=bounds)
    return Calibration(1 / float(result.x[0]), floor, float(result.x[1]))


def _log_probabilities(probabilities: FloatArray, floor: float) -> FloatArray:
    """Return log probabilities minus the largest of each row, so that no exponential underflows."""
    raised = np.asarray(probabilities, dtype=np.float64)
    if floor:
        raised = (1 - floor) * raised + floor / raised.shape[1]
    logs = np.log(np.maximum(raised, SMALLEST_PROBABILITY))
    relative: FloatArray = logs - logs.max(axis=1, keepdims=True)
    return relative
