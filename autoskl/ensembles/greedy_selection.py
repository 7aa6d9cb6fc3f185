"""Greedy selection with replacement.

References
----------
Caruana, Niculescu-Mizil, Crew, Ksikes: "Ensemble selection from libraries of models", ICML 2004.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autoskl.ensembles.objective import Objective

Vector = NDArray[np.float64]

_SIGNIFICANT = 6
"""Decimals of the best candidate's loss beyond which a difference is rounding noise."""

_PATIENCE = 200
"""Additions without a gain after which further ones only repeat the proportions of the former."""


def greedy_counts(
    objective: Objective,
    costs: Vector,
    size: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> Vector:
    """Add the candidate that helps most, again and again; return the counts of the best prefix.

    Of additions that come to the same loss (6 significant decimals), candidates that are in already
    come first, then the cheaper, then the better by itself, then the earlier.

    Parameters
    ----------
    objective : Objective
    costs : ndarray of shape (n_candidates,)
    size : int
        Additions, at most: none follow 200 in a row that do not make the ensemble better.
    should_stop : callable, default never
        Asked after each addition; the best so far is returned.

    Returns
    -------
    ndarray of shape (n_candidates,)
        How often each candidate was taken; all 0 when no candidate has a finite loss.
    """
    counts = np.zeros(len(costs))
    best_counts, best_loss = counts.copy(), math.inf
    singles = _defined(objective.additions(counts))
    decimals = _decimals(float(np.min(singles)))
    for step in range(size):
        losses = np.round(_defined(objective.additions(counts)) if step else singles, decimals)
        least = float(np.min(losses))
        if not math.isfinite(least):
            break
        equals = np.flatnonzero(losses == least)
        keys = (equals, singles[equals], costs[equals], counts[equals] == 0)
        counts[equals[np.lexsort(keys)[0]]] += 1
        if least < best_loss:
            best_counts, best_loss = counts.copy(), least
        if should_stop() or counts.sum() - best_counts.sum() >= _PATIENCE:
            break
    return best_counts


def _defined(losses: Vector) -> Vector:
    return np.where(np.isnan(losses), np.inf, losses)


def _decimals(loss: float) -> int:
    if loss == 0 or not math.isfinite(loss):
        return 15
    return _SIGNIFICANT - 1 - math.floor(math.log10(abs(loss)))
