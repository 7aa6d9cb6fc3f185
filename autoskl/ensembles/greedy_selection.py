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

_SIGNIFICANT_DIGITS = 6
"""Digits of the best candidate's loss beyond which a difference is rounding noise."""

_PATIENCE = 200
"""Additions without a gain after which further ones only repeat the same proportions."""


def greedy_counts(
    objective: Objective,
    costs: Vector,
    size: int,
    should_stop: Callable[[], bool] = lambda: False,
) -> Vector:
    """Repeatedly add the candidate that helps most; return the counts of the best prefix.

    Ties of the loss (to 6 significant digits) are broken in favour of candidates already in the
    ensemble, then the cheaper, then the better single candidate, then the earlier.

    Parameters
    ----------
    objective : Objective
    costs : ndarray of shape (n_candidates,)
    size : int
        Maximum number of additions; it stops after 200 in a row without improvement.
    should_stop : callable, default never
        Asked after each addition; the best so far is returned.

    Returns
    -------
    ndarray of shape (n_candidates,)
        How often each candidate was added; all 0 when no candidate has a finite loss.
    """
    counts = np.zeros(len(costs))
    best_counts, best_loss = counts.copy(), math.inf
    singles = _defined(objective.losses_after_adding(counts))
    decimals = _decimals(float(np.min(singles)))
    for step in range(size):
        losses = np.round(
            _defined(objective.losses_after_adding(counts)) if step else singles, decimals
        )
        least = float(np.min(losses))
        if not math.isfinite(least):
            break
        ties = np.flatnonzero(losses == least)
        keys = (ties, singles[ties], costs[ties], counts[ties] == 0)
        counts[ties[np.lexsort(keys)[0]]] += 1
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
    return _SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(loss)))
