"""Which rows an estimator is fitted on that takes few rows, or no weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_COPIES = 3
"""Rows are drawn at most so many times as often as there are rows."""


def drawn_rows(
    n_rows: int,
    weight: NDArray[np.float64] | None,
    *,
    max_rows: int | None,
    takes_weights: bool,
    seed: int,
    keep: NDArray[Any] | None = None,
) -> NDArray[np.intp] | None:
    """Return the rows to fit, in rising order; None for all of them.

    Of too many rows a random part is taken. For an estimator without weights, rows are drawn in
    proportion to theirs instead, evenly, so that a row of twice the weight is there twice.

    Parameters
    ----------
    n_rows : int
    weight : ndarray of shape (n_rows,) or None
    max_rows : int or None
    takes_weights : bool
    seed : int
    keep : ndarray or None
        Class codes; of each one row at least is kept.
    """
    rng = np.random.default_rng(seed)
    most = n_rows if max_rows is None else max_rows
    if weight is None or takes_weights or np.all(weight == weight[0]):
        usable = np.arange(n_rows) if weight is None else np.flatnonzero(weight > 0)
        if len(usable) <= most:
            return None if len(usable) == n_rows else usable
        rows = rng.choice(usable, most, replace=False)
    else:
        copies = _MOST_COPIES * n_rows
        rows = _in_proportion(weight, min(max_rows or copies, copies), rng)
    if keep is not None:
        used = np.flatnonzero(weight > 0) if weight is not None else np.arange(n_rows)
        _, first = np.unique(keep[used], return_index=True)
        lost = [used[i] for i in first if not np.any(keep[rows] == keep[used[i]])]
        rows = np.concatenate([rows, np.array(lost, dtype=rows.dtype)])
    return np.sort(rows)


def _in_proportion(
    weight: NDArray[np.float64], most: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return rows as often as their weights ask, by one random start and even steps."""
    smallest = weight[weight > 0].min()
    count = int(min(most, np.ceil(weight.sum() / smallest)))
    ends = np.cumsum(weight) / weight.sum()
    at = (rng.uniform() + np.arange(count)) / count
    return np.minimum(np.searchsorted(ends, at, side="right"), len(weight) - 1)
