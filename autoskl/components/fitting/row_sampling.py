"""Samples rows for estimators that can fit few rows, or accept no weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAX_COPIES = 3
"""Maximum sample size, as a multiple of the number of rows."""


def draw_rows(
    n_rows: int,
    weight: NDArray[np.float64] | None,
    *,
    max_rows: int | None,
    takes_weights: bool,
    seed: int,
    keep: NDArray[Any] | None = None,
) -> NDArray[np.intp] | None:
    """Return the rows to fit, in ascending order; None for all.

    If there are too many rows, a random subset is drawn. For an estimator without weights, rows are
    sampled systematically in proportion to their weights, so that a row of twice the weight occurs
    twice.

    Parameters
    ----------
    n_rows : int
    weight : ndarray of shape (n_rows,) or None
    max_rows : int or None
    takes_weights : bool
    seed : int
    keep : ndarray or None
        Class codes; at least one row of each class is kept.
    """
    rng = np.random.default_rng(seed)
    limit = n_rows if max_rows is None else max_rows
    if weight is None or takes_weights or np.all(weight == weight[0]):
        usable = np.arange(n_rows) if weight is None else np.flatnonzero(weight > 0)
        if len(usable) <= limit:
            return None if len(usable) == n_rows else usable
        rows = rng.choice(usable, limit, replace=False)
    else:
        copies = _MAX_COPIES * n_rows
        rows = _sample_systematically(weight, min(max_rows or copies, copies), rng)
    if keep is not None:
        used = np.flatnonzero(weight > 0) if weight is not None else np.arange(n_rows)
        _, first = np.unique(keep[used], return_index=True)
        missing = [used[i] for i in first if not np.any(keep[rows] == keep[used[i]])]
        rows = np.concatenate([rows, np.array(missing, dtype=rows.dtype)])
    return np.sort(rows)


def _sample_systematically(
    weight: NDArray[np.float64], max_size: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return rows in proportion to their weights: one random start, then equal steps."""
    smallest = weight[weight > 0].min()
    count = int(min(max_size, np.ceil(weight.sum() / smallest)))
    ends = np.cumsum(weight) / weight.sum()
    at = (rng.uniform() + np.arange(count)) / count
    return np.minimum(np.searchsorted(ends, at, side="right"), len(weight) - 1)
