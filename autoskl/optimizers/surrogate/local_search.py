"""Hill climbing from many points at once, changing one or two hyperparameters at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

TWO_EXCHANGE_SHARE = 0.4
"""Probability that a second hyperparameter of a neighbour changes too."""


class Neighbourhood:
    """Draws neighbours, faster but less exactly than `autoskl.space.neighbours`.

    Numbers take a normally distributed step and are reflected at the ends of their scale; integers
    move to the middle of their interval only in `ArrayView.snap`. Other hyperparameters, and those
    that become active, are drawn from the prior, so that a neighbour may be equal to its point.

    Parameters
    ----------
    view : ArrayView
    """

    def __init__(self, view: ArrayView) -> None:
        self.view = view
        self._movable = view.n_levels != 1
        self._is_number = view.n_levels == 0
        # Lower end of the interval of [0, 1) that selects each level but the first; 2 for none.
        self._thresholds = np.full((len(view), max(int(view.n_levels.max(initial=0)) - 1, 1)), 2.0)
        for column, weights in enumerate(view.weights):
            if weights is not None:
                last = int(np.flatnonzero(weights)[-1])
                self._thresholds[column, :last] = np.cumsum(weights)[:last]

    def draw(
        self, points: Matrix, rng: np.random.Generator, scale: float, n: int
    ) -> tuple[Matrix, Numbers]:
        """Return valid neighbours, and the row of ``points`` of each, in ascending order.

        Parameters
        ----------
        points : ndarray of shape (n_points, n_parameters)
        rng : Generator
        scale : float
            Standard deviation of a step on the unit scale.
        n : int
            Number of neighbours drawn for each point; invalid ones are dropped.
        """
        active = ~np.isnan(points) & self._movable
        counts = active.sum(axis=1)
        origins = np.repeat(np.flatnonzero(counts), n)
        drawn = points[origins]
        active_first = np.argsort(~active, axis=1, kind="stable")
        parent_changed = np.zeros(len(drawn), dtype=bool)
        two_exchange = np.flatnonzero(rng.random(len(drawn)) < TWO_EXCHANGE_SHARE)
        for rows in (np.arange(len(drawn)), two_exchange):
            origin = origins[rows]
            choice = (rng.random(len(rows)) * counts[origin]).astype(np.intp)
            columns = active_first[origin, choice]
            drawn[rows, columns] = self._exchange(drawn[rows, columns], columns, rng, scale)
            parent_changed[rows] |= self.view.is_parent[columns]
        if parent_changed.any():
            drawn[parent_changed] = self.view.activate(drawn[parent_changed], rng)
        valid = self.view.is_valid(drawn)
        return drawn[valid], origins[valid]

    def _exchange(
        self, values: Vector, columns: Numbers, rng: np.random.Generator, scale: float
    ) -> Vector:
        """Return new values of hyperparameters."""
        numeric = self._is_number[columns]
        new = np.abs(values + scale * rng.standard_normal(len(values)))
        new = np.maximum(1.0 - np.abs(1.0 - new), 0.0)
        discrete = np.flatnonzero(~numeric)
        uniform = rng.random(len(discrete))
        new[discrete] = (self._thresholds[columns[discrete]] <= uniform[:, None]).sum(axis=1)
        return new


def hill_climb(
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
    """Return the end points of hill climbing and their scores.

    Parameters
    ----------
    neighbourhood : Neighbourhood
    score : callable
        Maps rows to the scores to be maximised.
    starts : ndarray of shape (n_starts, n_parameters)
    values : ndarray of shape (n_starts,)
        Scores of the starts.
    rng : Generator
    rounds : int, default=4
        Number of rounds; in each, every point may move once.
    n : int, default=20
        Number of neighbours of each point in each round.
    scale : float, default=0.2
        Standard deviation of steps on the unit scale in the first round; it halves in each round.

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
        scores = score(candidates)
        order = np.lexsort((scores, origin))
        # Origins are ascending already, so that sorting keeps the candidates of each together.
        last = np.flatnonzero(origin[1:] != origin[:-1])
        winner = order[[*last, len(order) - 1]]
        better = winner[scores[winner] > best[origin[winner]]]
        points[origin[better]] = candidates[better]
        best[origin[better]] = scores[better]
        scale /= 2
    return points, best
