"""Random mutation of configurations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView
from autoskl.space.exchanges import truncated_normal

Matrix = NDArray[np.float64]


def mutate(
    view: ArrayView,
    parents: Matrix,
    rng: np.random.Generator,
    n: int,
    *,
    rate: float = 0.5,
    level_rate: float | None = None,
    scale: float = 0.25,
) -> Matrix:
    """Return valid mutants of randomly chosen parents.

    Parameters
    ----------
    view : ArrayView
    parents : ndarray of shape (n_parents, n_parameters)
    rng : Generator
    n : int
        Number of mutants drawn; invalid ones are dropped.
    rate : float, default=0.5
        Probability that a hyperparameter mutates.
    level_rate : float, optional
        The same for choices, ordinals and constants, which are redrawn from the prior; by default
        equal to ``rate``.
    scale : float, default=0.25
        Numbers are drawn from a normal distribution with this standard deviation around their
        value, truncated to the unit scale.

    Returns
    -------
    ndarray of shape (m, n_parameters)
    """
    chosen = parents[rng.integers(len(parents), size=n)]
    numeric = view.n_levels == 0
    rates = np.where(numeric, rate, rate if level_rate is None else level_rate)
    mutates = (rng.random(chosen.shape) < rates) & ~np.isnan(chosen)
    rows, columns = np.nonzero(mutates & numeric)
    mutants = chosen.copy()
    scales = np.full(len(rows), scale)
    mutants[rows, columns] = truncated_normal(chosen[rows, columns], scales, rng)
    for j, weights in enumerate(view.weights):
        redrawn = np.flatnonzero(mutates[:, j])
        if weights is not None and len(redrawn):
            mutants[redrawn, j] = rng.choice(len(weights), size=len(redrawn), p=weights)
    mutants = view.activate(view.snap(mutants), rng)
    return mutants[view.is_valid(mutants)]
