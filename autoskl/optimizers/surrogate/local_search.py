"""Climbs from many points at once, changing one hyperparameter at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView
from autoskl.space.neighbours import neighbours

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


def climb(
    view: ArrayView,
    score: Callable[[Matrix], Vector],
    starts: Matrix,
    values: Vector,
    rng: np.random.Generator,
    *,
    rounds: int = 5,
    n: int = 16,
    scale: float = 0.2,
) -> tuple[Matrix, Vector]:
    """Return where one-exchange hill climbing ends.

    Parameters
    ----------
    view : ArrayView
    score : callable
        From rows to what is to be maximised.
    starts : ndarray of shape (n_starts, n_parameters)
    values : ndarray of shape (n_starts,)
        Scores of the starts.
    rng : Generator
    rounds : int, default=5
        Steps of each start; all starts step together.
    n : int, default=16
        Neighbours of each point and round.
    scale : float, default=0.2
        Standard deviation of the first step on the unit scale; it halves after each round.

    Returns
    -------
    rows : ndarray of shape (n_starts, n_parameters)
    values : ndarray of shape (n_starts,)
    """
    points, best = starts.copy(), values.copy()
    for _ in range(rounds):
        candidates, origin = neighbours(view, points, rng, scale=scale, n=n)
        if not len(candidates):
            break
        found = score(candidates)
        order = np.lexsort((found, origin))
        # Origins rise already, so that sorting leaves each one's candidates where they are.
        winner = order[np.append(origin[1:] != origin[:-1], True)]
        better = winner[found[winner] > best[origin[winner]]]
        points[origin[better]] = candidates[better]
        best[origin[better]] = found[better]
        scale /= 2
    return points, best
