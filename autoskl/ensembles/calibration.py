"""What mends the probabilities of a model, found on held-out rows.

What votes, like a forest, or is held back, like a linear model with a large penalty, is too modest;
what overfits is too bold, and a vote without dissent tells a probability of 0. Two numbers mend
most of it and leave the order of the classes as it is (C. Guo, G. Pleiss, Y. Sun, K. Weinberger.
"On calibration of modern neural networks". ICML 2017). A third one shifts the odds of two classes,
for an ensemble that was chosen by the order of the rows alone (J. Platt. "Probabilistic outputs for
support vector machines". Advances in Large Margin Classifiers, 1999).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from autoskl.core.losses import (
    SMALLEST_PROBABILITY,
    average_precision_deficit,
    brier,
    log_loss,
    roc_auc_deficit,
)
from autoskl.core.metrics import Metric, Needs
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Truth
from autoskl.ensembles.held_out_rows import LEAST_ROWS, HeldOutRows, are_all, n_scored

_LARGEST_CELLS = 60_000
"""Of more probabilities a part of the rows is taken, which tells two numbers well enough."""

_INVERSES = (1 / 6, 6.0)
_LEAST_OF_ORDERED = 0.5
"""Least temperature where the order of rows counts: below, many would be rounded to 1."""

_DEVIATION = 0.5
"""Of the logarithm of the temperature, as expected before the rows are looked at."""

_FLOORS = (1e-3, 1e-2, 5e-2)
_LARGEST_SHIFT = 10.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A power of probabilities with a floor under them.

    Attributes
    ----------
    temperature : float, default=1.0
        The inverse of the power: above 1 where probabilities become more alike.
    floor : float, default=0.0
        Share of the uniform distribution that is mixed in before.
    shift : float, default=0.0
        Of the log odds of the second of two classes, after the power.
    """

    temperature: float = 1.0
    floor: float = 0.0
    shift: float = 0.0

    def __call__(self, probabilities: FloatArray) -> FloatArray:
        """Return calibrated probabilities (n_rows, n_classes), in rows of sum 1."""
        if self == NO_CALIBRATION:
            return probabilities
        powers = np.exp(_logs(probabilities, self.floor) / self.temperature)
        if self.shift:
            powers[:, 1] *= np.exp(self.shift)
        scaled: FloatArray = powers / powers.sum(axis=1, keepdims=True)
        return scaled


NO_CALIBRATION = Calibration()


def suits_members(metric: Metric) -> bool:
    """Whether a mean of calibrated members may be better by the metric than a mean of others."""
    return metric.loss in (log_loss, brier) or only_orders(metric)


def suits_ensemble(metric: Metric) -> bool:
    """Whether probabilities of an ensemble are calibrated: where the metric gains, or is blind."""
    return suits_members(metric) or metric.needs is Needs.LABELS


def only_orders(metric: Metric) -> bool:
    """Whether nothing but the order of the rows counts, so that different rows must not be tied."""
    return metric.loss in (roc_auc_deficit, average_precision_deficit)


def fit_calibration(
    predictions: Mapping[int, FloatArray],
    truths: Mapping[int, Truth],
    *,
    keeps_order: bool = False,
) -> Calibration:
    """Return the calibration with the least log loss.

    Each of its two numbers has to gain what a number gains by chance (H. Akaike. "A new look at the
    statistical model identification". IEEE Transactions on Automatic Control 19, 1974).

    Parameters
    ----------
    predictions : mapping of int to ndarray of shape (n_test, n_classes)
        Held out, by fold.
    truths : mapping of int to Truth
        For the same folds.
    keeps_order : bool, default=False
        Whether different rows have to stay different, since their order is what counts. The odds of
        two classes may then be shifted: a bias is not seen by what chose the members.

    Returns
    -------
    Calibration
        `NO_CALIBRATION` for less than 100 rows. The fewer rows, the nearer to 1 is its temperature.
        Rows of weight 0 do not count. Where of many rows a part was looked at, the loss of all has
        to be less.
    """
    n_rows = n_scored(truths)
    if n_rows < LEAST_ROWS:
        return NO_CALIBRATION
    rows = HeldOutRows.of(predictions, truths, _LARGEST_CELLS)
    n_rows = min(n_rows, len(rows.y))  # What was not drawn tells nothing.
    found = _best(rows, n_rows, keeps_order=keeps_order)
    if found == NO_CALIBRATION or are_all(rows, truths):
        return found
    losses = [_loss_of_all(predictions, truths, one) for one in (found, NO_CALIBRATION)]
    return found if losses[0] < losses[1] else NO_CALIBRATION


def _best(rows: HeldOutRows, n_rows: int, *, keeps_order: bool) -> Calibration:
    """Return the calibration with the least log loss, of those whose numbers gain enough."""
    best, cost = NO_CALIBRATION, n_rows * _loss(rows, NO_CALIBRATION)
    fitted = Calibration(_temperature(rows, 0.0, n_rows))
    if n_rows * _loss(rows, fitted) + 1 < cost:
        best, cost = fitted, n_rows * _loss(rows, fitted) + 1
    for floor in _FLOORS:
        # Only where it helps as it is, another temperature is looked for.
        if n_rows * _loss(rows, Calibration(fitted.temperature, floor)) + 2 < cost:
            fitted = Calibration(_temperature(rows, floor, n_rows), floor)
            best, cost = fitted, n_rows * _loss(rows, fitted) + 2
    if not keeps_order:
        return best
    best = replace(best, temperature=max(best.temperature, _LEAST_OF_ORDERED))
    if rows.predictions.shape[1] != 2:
        return best
    shifted = _shifted(rows, best.floor, n_rows)
    n_new = 2 if best.temperature == 1 else 1
    gain = n_rows * (_loss(rows, best) - _loss(rows, shifted))
    return shifted if gain > n_new else best


def _loss_of_all(
    predictions: Mapping[int, FloatArray], truths: Mapping[int, Truth], calibration: Calibration
) -> float:
    """Return the mean over the folds of the log losses of all rows."""
    losses = [
        log_loss(truth.y, calibration(predictions[fold]), truth.weight)
        for fold, truth in truths.items()
        if truth.row_weights.any()
    ]
    return float(np.mean(losses))


def _loss(rows: HeldOutRows, calibration: Calibration) -> float:
    """Return the log loss."""
    told = calibration(rows.predictions)[np.arange(len(rows.y)), rows.y]
    return float(rows.share @ -np.log(np.maximum(told, SMALLEST_PROBABILITY)))


def _temperature(rows: HeldOutRows, floor: float, n_rows: int) -> float:
    """Return the temperature with the least log loss above a floor."""
    from scipy.optimize import brentq

    logs = _logs(rows.predictions, floor)
    true_class = float(rows.share @ logs[np.arange(len(rows.y)), rows.y])

    def slope(inverse: float) -> float:
        """Return the derivative of the loss, which grows with the inverse temperature."""
        powers = np.exp(inverse * logs)
        means = (powers * logs).sum(axis=1) / powers.sum(axis=1)
        prior = np.log(inverse) / (inverse * _DEVIATION**2 * n_rows)
        return float(rows.share @ means) - true_class + float(prior)

    least, most = _INVERSES
    if slope(least) >= 0:
        return 1 / least
    if slope(most) <= 0:
        return 1 / most
    return float(1 / brentq(slope, least, most, xtol=1e-10))


def _shifted(rows: HeldOutRows, floor: float, n_rows: int) -> Calibration:
    """Return the temperature and the shift of the odds with the least log loss above a floor."""
    from scipy.optimize import minimize
    from scipy.special import expit

    logs = _logs(rows.predictions, floor)
    odds, sign = logs[:, 1] - logs[:, 0], 2.0 * rows.y - 1

    def cost(numbers: FloatArray) -> tuple[float, list[float]]:
        """Return the loss of an inverse temperature and a shift, and its gradient."""
        inverse, shift = numbers
        margins = sign * (inverse * odds + shift)
        slopes = rows.share * sign * -expit(-margins)
        doubt = np.log(inverse) / (_DEVIATION**2 * n_rows)
        loss = rows.share @ np.logaddexp(0, -margins) + doubt * np.log(inverse) / 2
        return float(loss), [float(slopes @ odds + doubt / inverse), float(slopes.sum())]

    bounds = [(_INVERSES[0], 1 / _LEAST_OF_ORDERED), (-_LARGEST_SHIFT, _LARGEST_SHIFT)]
    found = minimize(cost, (1.0, 0.0), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(1 / float(found[0]), floor, float(found[1]))


def _logs(probabilities: FloatArray, floor: float) -> FloatArray:
    """Return logarithms relative to the largest of each row, so that no power vanishes."""
    raised = np.asarray(probabilities, dtype=np.float64)
    if floor:
        raised = (1 - floor) * raised + floor / raised.shape[1]
    logs = np.log(np.maximum(raised, SMALLEST_PROBABILITY))
    relative: FloatArray = logs - logs.max(axis=1, keepdims=True)
    return relative
