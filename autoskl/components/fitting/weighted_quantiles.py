"""Weighted quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def weighted_quantiles(
    values: NDArray[Any], levels: Sequence[float], weight: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the quantiles of one column.

    With integer weights they equal `numpy.quantile`, with its default linear interpolation, of the
    rows repeated by their weights. Other weights are first scaled to a mean of 1, so that their
    scale does not matter.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Without missing values.
    levels : sequence of float
        Each from 0 to 1.
    weight : ndarray of shape (n_rows,) or None
        Not negative, at least one positive.
    """
    if weight is None:
        return np.asarray(np.quantile(values, levels), dtype=np.float64)
    order = np.argsort(values, kind="stable")
    order = order[weight[order] > 0]
    ordered = values[order].astype(np.float64)
    counts = weight[order]
    if np.any(counts != np.rint(counts)):
        counts = counts / counts.mean()
    ends = np.cumsum(counts)
    # Positions among the repeated rows, where a row of weight w takes w places, counted from 0.
    position = np.asarray(levels, dtype=np.float64) * max(ends[-1] - 1.0, 0.0)
    below = np.floor(position)
    low = ordered[np.minimum(np.searchsorted(ends, below, side="right"), len(ends) - 1)]
    high = ordered[np.minimum(np.searchsorted(ends, below + 1, side="right"), len(ends) - 1)]
    return np.asarray(low + (position - below) * (high - low), dtype=np.float64)
