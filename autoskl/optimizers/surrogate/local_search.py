"""Climbs from many points at once, exchanging one or two hyperparameters at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

SECOND = 0.4
"""Share of the neighbours that differ in a second hyperparameter too."""


class Neighbourhood:
    """Draws neighbours so quickly that the surrogate, not they, takes the time.

    Numbers move by a normal distribution and are reflected at the ends of their scale; integers do
    not stand in the middle of their share until `ArrayView.snap`. Others are drawn from the prior,
    and what becomes active by it too.

    Parameters
    ----------
    view : ArrayView
    """

    def __init__(self, view: ArrayView) -> None:
        self.view = view
        self._movable = view.n_levels != 1
        self._is_number = view.n_levels == 0
        # Where each level but the first begins among uniform numbers; 2 begins none.
        self._begins = np.full((len(view), max(int(view.n_levels.max(initial=0)) - 1, 1)), 2.0)
        for column, weights in enumerate(view.weights):
            if weights is not None:
                last = int(np.flatnonzero(weights)[-1])
                self._begins[column, :last] = np.cumsum(weights)[:last]

    def draw(
        self, points: Matrix, rng: np.random.Generator, scale: float, n: int
    ) -> tuple[Matrix, Numbers]:
        """Return legal neighbours and the rows of ``points`` they come from, rising.

        Parameters
        ----------
        points : ndarray of shape (n_points, n_parameters)
        rng : Generator
        scale : float
            Standard deviation of a step on the unit scale.
        n : int
            Neighbours of each point; illegal ones and points without any are left out.
        """
        active = ~np.isnan(points) & self._movable
        counts = active.sum(axis=1)
        origins = np.repeat(np.flatnonzero(counts), n)
        drawn = points[origins]
        columns = np.argsort(~active, axis=1, kind="stable")
        parents = np.zeros(len(drawn), dtype=bool)
        again = np.flatnonzero(rng.random(len(drawn)) < SECOND)
        for rows in (np.arange(len(drawn)), again):
            origin = origins[rows]
            turn = (rng.random(len(rows)) * counts[origin]).astype(np.intp)
            chosen = columns[origin, turn]
            drawn[rows, chosen] = self._moved(drawn[rows, chosen], chosen, rng, scale)
            parents[rows] |= self.view.is_parent[chosen]
        if parents.any():
            drawn[parents] = self.view.activate(drawn[parents], rng)
        legal = self.view.legal(drawn)
        return drawn[legal], origins[legal]

    def _moved(
        self, values: Vector, columns: Numbers, rng: np.random.Generator, scale: float
    ) -> Vector:
        numbers = self._is_number[columns]
        moved = np.abs(values + scale * rng.standard_normal(len(values)))
        moved = np.maximum(1.0 - np.abs(1.0 - moved), 0.0)
        levels = np.flatnonzero(~numbers)
        uniform = rng.random(len(levels))
        moved[levels] = (self._begins[columns[levels]] <= uniform[:, None]).sum(axis=1)
        return moved


def climb(
    neighbourhood: Neighbourhood,
    score: Callable[[Matrix], Vector],
    starts: Matrix,
    values: Vector,
    rng: np.random.Generator,
    *,
    rounds: int = 4,
    n: int = 20,
    scale: float = 0.2,
) -> tuple[Matrix, Vector]:
    """Return where hill climbing ends.

    Parameters
    ----------
    neighbourhood : Neighbourhood
    score : callable
        From rows to what is to be maximised.
    starts : ndarray of shape (n_starts, n_parameters)
    values : ndarray of shape (n_starts,)
        Scores of the starts.
    rng : Generator
    rounds : int, default=4
        Steps of each start; all starts step together.
    n : int, default=20
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
        candidates, origin = neighbourhood.draw(points, rng, scale, n)
        if not len(candidates):
            break
        found = score(candidates)
        order = np.lexsort((found, origin))
        # Origins rise already, so that sorting leaves each one's candidates where they are.
        last = np.flatnonzero(origin[1:] != origin[:-1])
        winner = order[[*last, len(order) - 1]]
        better = winner[found[winner] > best[origin[winner]]]
        points[origin[better]] = candidates[better]
        best[origin[better]] = found[better]
        scale /= 2
    return points, best
