"""One temperature for the probabilities of an ensemble, from held-out predictions.

What votes, like a forest, or stops early is too modest, what overfits too bold; a mean of models is
more modest than each of them. A single exponent mends most of it and leaves the order of the
classes as it is (C. Guo, G. Pleiss, Y. Sun, K. Weinberger. "On calibration of modern neural
networks". ICML 2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.losses import SMALLEST_PROBABILITY, log_loss
from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray, IntArray
from autoskl.ensembles.candidate import Candidate, Truth, mixture

Vector = NDArray[np.float64]

_LEAST_ROWS = 100
_LARGEST_CELLS = 200_000
"""Of more probabilities a part of the rows is taken, which tells one number well enough."""

_INVERSES = (1 / 3, 3.0)
_DEVIATION = 0.3
"""Of the inverse temperature from 1, as expected before the rows are looked at."""


def temperature_of(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    truths: Mapping[int, Truth],
    metric: Metric,
) -> float:
    """Return the temperature of an ensemble: 1.0 where the metric is not the log loss.

    Parameters
    ----------
    candidates : sequence of Candidate
        The members, and others.
    weights : mapping of int to float
        By number of trial.
    truths : mapping of int to Truth
        For folds that all of them have.
    metric : Metric
    """
    if metric.loss is not log_loss:
        return 1.0
    return fit_temperature({fold: mixture(candidates, weights, fold) for fold in truths}, truths)


def tempered_loss(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    truths: Mapping[int, Truth],
    metric: Metric,
    temperature: float,
) -> float:
    """Return the mean loss of an ensemble at a temperature over the folds of ``truths``."""
    losses = [
        metric.safe_loss(
            truth.y, tempered(mixture(candidates, weights, fold), temperature), truth.weight
        )
        for fold, truth in truths.items()
    ]
    return float(np.mean(losses))


def fit_temperature(mixtures: Mapping[int, FloatArray], truths: Mapping[int, Truth]) -> float:
    """Return the temperature with the least log loss.

    Parameters
    ----------
    mixtures : mapping of int to ndarray of shape (n_test, n_classes)
        Held-out predictions of the ensemble by fold.
    truths : mapping of int to Truth
        For the same folds.

    Returns
    -------
    float
        Above 1 where probabilities are to become more alike; 1.0 for less than 100 rows. The fewer
        rows, the nearer to 1. Rows of weight 0 do not count.
    """
    from scipy.optimize import brentq

    truths = {fold: truth for fold, truth in truths.items() if len(_scored(truth))}
    scored = [truth.rows[_scored(truth)] for truth in truths.values()]
    n_rows = len(np.unique(np.concatenate(scored))) if scored else 0
    if n_rows < _LEAST_ROWS:
        return 1.0
    logs, y, share = _stacked(mixtures, truths)
    true_class = float(share @ logs[np.arange(len(y)), y])

    def slope(inverse: float) -> float:
        """Return the derivative of the loss, which grows with the inverse temperature."""
        powers = np.exp(inverse * logs)
        means = (powers * logs).sum(axis=1) / powers.sum(axis=1)
        prior = (inverse - 1.0) / (_DEVIATION**2 * n_rows)
        return float(share @ means) - true_class + prior

    least, most = _INVERSES
    if slope(least) >= 0:
        return 1 / least
    if slope(most) <= 0:
        return 1 / most
    return float(1 / brentq(slope, least, most, xtol=1e-12))


def tempered(probabilities: FloatArray, temperature: float) -> FloatArray:
    """Return probabilities (n_rows, n_classes) to the power of 1 / temperature, in rows of sum 1.

    At a temperature of 1 they stay as they are.
    """
    if temperature == 1.0:
        return probabilities
    powers = np.exp(_logs(probabilities) / temperature)
    scaled: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return scaled


def _logs(probabilities: FloatArray) -> FloatArray:
    """Return logarithms relative to the largest of each row, so that no power vanishes."""
    logs = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), SMALLEST_PROBABILITY))
    relative: FloatArray = logs - logs.max(axis=1, keepdims=True)
    return relative


def _stacked(
    mixtures: Mapping[int, FloatArray], truths: Mapping[int, Truth]
) -> tuple[FloatArray, NDArray[np.int64], Vector]:
    """Return logarithms, class codes and the share of each row in the mean over folds."""
    cells = sum(mixtures[fold].size for fold in truths)
    step = -(-cells // _LARGEST_CELLS)
    logs, codes, shares = [], [], []
    for fold, truth in truths.items():
        rows = _scored(truth)[::step]
        weight = np.ones(len(rows)) if truth.weight is None else truth.weight[rows]
        logs.append(_logs(mixtures[fold][rows]))
        codes.append(truth.y[rows])
        shares.append(weight / (weight.sum() * len(truths)))
    return np.concatenate(logs), np.concatenate(codes), np.concatenate(shares)


def _scored(truth: Truth) -> IntArray:
    """Return the positions of rows that have a weight."""
    return np.arange(len(truth.y)) if truth.weight is None else np.flatnonzero(truth.weight)
