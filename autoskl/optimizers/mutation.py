"""Configurations some of whose hyperparameters were changed at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView
from autoskl.space.exchanges import truncated_normal

Matrix = NDArray[np.float64]


def mutants(
    view: ArrayView,
    parents: Matrix,
    rng: np.random.Generator,
    n: int,
    *,
    rate: float = 0.5,
    level_rate: float | None = None,
    scale: float = 0.25,
) -> Matrix:
    """Return legal descendants of randomly picked parents.

    Parameters
    ----------
    view : ArrayView
    parents : ndarray of shape (n_parents, n_parameters)
    rng : Generator
    n : int
        Descendants that are tried; illegal ones are left out.
    rate : float, default=0.5
        Probability that a hyperparameter changes.
    level_rate : float, optional
        That of choices, ordinals and constants, which are drawn anew from the prior; by default the
        same.
    scale : float, default=0.25
        Numbers move by a normal distribution with this standard deviation on the unit scale,
        truncated to that scale.

    Returns
    -------
    ndarray of shape (m, n_parameters)
    """
    chosen = parents[rng.integers(len(parents), size=n)]
    numeric = view.n_levels == 0
    rates = np.where(numeric, rate, rate if level_rate is None else level_rate)
    changed = (rng.random(chosen.shape) < rates) & ~np.isnan(chosen)
    rows, columns = np.nonzero(changed & numeric)
    drawn = chosen.copy()
    spread = np.full(len(rows), scale)
    drawn[rows, columns] = truncated_normal(chosen[rows, columns], spread, rng)
    for j, weights in enumerate(view.weights):
        again = np.flatnonzero(changed[:, j])
        if weights is not None and len(again):
            drawn[again, j] = rng.choice(len(weights), size=len(again), p=weights)
    made = view.activate(view.snap(drawn), rng)
    return made[view.legal(made)]
