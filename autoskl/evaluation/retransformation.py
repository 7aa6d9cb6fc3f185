"""Take out the bias of predictions that come back from another scale of the values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Context
from autoskl.core.result import FloatArray, IntArray
from autoskl.evaluation.fitted_model import OutputMap
from autoskl.tables.dataset import Dataset

_SPREAD = 0.15
"""Standard deviation that factors are expected to have around 1: noisy ones stay near 1."""

_LEAST, _MOST = 0.5, 2.0


def retransformed(
    outputs: FloatArray,
    mapped: OutputMap,
    dataset: Dataset,
    test: IntArray | None,
    context: Context,
) -> tuple[FloatArray, OutputMap]:
    """Multiply predictions by the factor that makes them right in the mean.

    The mean of logarithms, transformed back, lies below the mean. By how much is seen on the rows
    that were held out. These themselves are split in two halves, each with the factor of the other,
    so that no row has a part in its own prediction; new rows get the factor of all.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_rows, 1)
        Of held-out rows.
    mapped : OutputMap
        That made them.
    dataset : Dataset
    test : ndarray of int of shape (n_rows,) or None
        The held-out rows; None for all.
    context : Context

    Returns
    -------
    outputs : ndarray of shape (..., n_rows, 1)
    mapped : OutputMap
        Both unchanged where the model is fitted to the user's values, and for metrics that the mean
        does not minimise.

    References
    ----------
    N. Duan. Smearing estimate: a nonparametric retransformation method. JASA 78, 1983.
    """
    if mapped.response is None or not context.wants_mean or not np.isfinite(outputs).all():
        return outputs, mapped
    y, weight = dataset.truth(slice(None) if test is None else test)
    if weight is None:
        weight = np.ones(len(y))
    stages = outputs.reshape(-1, len(y))
    factors = np.empty(len(y))
    # Neighbours in the order of the predictions come into different halves, so that both are alike.
    order = np.argsort(stages.mean(axis=0), kind="stable")
    for own, other in ((order[::2], order[1::2]), (order[1::2], order[::2])):
        factors[own] = _factor(stages[:, other], y[other], weight[other])
    corrected = np.clip(outputs * factors[:, np.newaxis], *mapped.bounds)
    return corrected, replace(mapped, factor=_factor(stages, y, weight))


def _factor(stages: FloatArray, y: FloatArray, weight: NDArray[np.float64]) -> float:
    """Return the ratio of the sums of values and predictions, drawn to 1 where it is uncertain."""
    p = stages.mean(axis=0)
    total = float(weight @ p)
    if total <= 0:
        return 1.0
    factor = float(weight @ y) / total
    variance = float(weight**2 @ (y - factor * p) ** 2) / total**2
    factor = 1.0 + (factor - 1.0) * _SPREAD**2 / (_SPREAD**2 + variance)
    return min(max(factor, _LEAST), _MOST)
