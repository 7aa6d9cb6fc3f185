"""Quantiles of weighted columns with missing values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def weighted_quantiles(
    X: NDArray[Any], weight: NDArray[np.float64], shares: Sequence[float]
) -> NDArray[np.float64]:
    """Return weighted quantiles of each column; where the distribution is flat, the midpoint.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        NaN is ignored.
    weight : ndarray of shape (n_rows,)
        Positive.
    shares : sequence of float
        In [0, 1].

    Returns
    -------
    ndarray of shape (n_shares, n_columns)
        0 for columns without any value.
    """
    wanted = np.asarray(shares, dtype=np.float64)
    found = np.zeros((len(wanted), X.shape[1]))
    for j in range(X.shape[1]):
        column = np.asarray(X[:, j], dtype=np.float64)
        order = np.argsort(column, kind="stable")
        values = column[order]
        n = int(np.searchsorted(values, np.nan))  # NaN is sorted last
        if n:
            found[:, j] = _of_sorted(values[:n], weight[order[:n]], wanted)
    return found


def _of_sorted(
    values: NDArray[np.float64], weight: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Average the smallest value that reaches each share and the smallest that exceeds it."""
    reached = np.cumsum(weight)
    targets = shares * reached[-1]
    slack = 1e-12 * reached[-1]
    last = len(values) - 1
    lower = np.minimum(np.searchsorted(reached, targets - slack), last)
    upper = np.minimum(np.searchsorted(reached, targets + slack, side="right"), last)
    middle: NDArray[np.float64] = 0.5 * values[lower] + 0.5 * values[upper]
    return middle
