"""Corrects the bias of predictions that are transformed back to the original scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from autoskl.components.component import Context
from autoskl.core.result import FloatArray, IntArray
from autoskl.evaluation.fitted_model import OutputMap
from autoskl.tables.dataset import Dataset

_PRIOR_STD = 0.15
"""Prior standard deviation of factors around 1, towards which noisy ones are shrunk."""

_MIN_FACTOR, _MAX_FACTOR = 0.5, 2.0


def correct_retransformation_bias(
    outputs: FloatArray,
    output_map: OutputMap,
    dataset: Dataset,
    test: IntArray | None,
    context: Context,
) -> tuple[FloatArray, OutputMap]:
    """Multiply predictions by the factor that makes their mean unbiased.

    The mean of logarithms, transformed back, is below the mean. The factor is estimated on the
    held-out rows. These are split into two halves, each corrected by the factor of the other, so
    that no row influences its own prediction; new rows get the factor of all.

    Parameters
    ----------
    outputs : ndarray of shape (..., n_rows, 1)
        Predictions of held-out rows.
    output_map : OutputMap
        Map that made them.
    dataset : Dataset
    test : ndarray of int of shape (n_rows,) or None
        The held-out rows; None for all.
    context : Context

    Returns
    -------
    outputs : ndarray of shape (..., n_rows, 1)
    output_map : OutputMap
        Both unchanged if the model is fitted on the original scale, and for metrics that the mean
        does not minimise.

    References
    ----------
    N. Duan. Smearing estimate: a nonparametric retransformation method. JASA 78, 1983.
    """
    if output_map.response is None or not context.wants_mean or not np.isfinite(outputs).all():
        return outputs, output_map
    y, weight = dataset.truth(slice(None) if test is None else test)
    if weight is None:
        weight = np.ones(len(y))
    stages = outputs.reshape(-1, len(y))
    factors = np.empty(len(y))
    # Alternating in the order of the predictions makes the halves similar.
    order = np.argsort(stages.mean(axis=0), kind="stable")
    for own, other in ((order[::2], order[1::2]), (order[1::2], order[::2])):
        factors[own] = _factor(stages[:, other], y[other], weight[other])
    corrected = np.clip(outputs * factors[:, np.newaxis], *output_map.bounds)
    return corrected, replace(output_map, factor=_factor(stages, y, weight))


def _factor(stages: FloatArray, y: FloatArray, weight: NDArray[np.float64]) -> float:
    """Return the ratio of the sums of values and predictions, shrunk to 1 if it is uncertain."""
    p = stages.mean(axis=0)
    total = float(weight @ p)
    if total <= 0:
        return 1.0
    factor = float(weight @ y) / total
    variance = float(weight**2 @ (y - factor * p) ** 2) / total**2
    factor = 1.0 + (factor - 1.0) * _PRIOR_STD**2 / (_PRIOR_STD**2 + variance)
    return min(max(factor, _MIN_FACTOR), _MAX_FACTOR)
