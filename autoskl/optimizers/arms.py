"""The algorithms of a space as arms of a bandit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.optimizers.algorithms import defaults, sizes
from autoskl.optimizers.archive import Archive
from autoskl.space.array_view import ArrayView

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

_FEWEST_IN_FULL = 4
"""Results in full from which on a part of them says something."""


class ArmSpace:
    """What is left of a space once its algorithm is fixed, which is quicker to search.

    Parameters
    ----------
    view : ArrayView
        Of the whole space.
    name : str or None
        The choice of the algorithm; None leaves the space as it is.
    arm : int

    Attributes
    ----------
    view : ArrayView
        Of the part, without what the algorithm leaves inactive.

    Raises
    ------
    ValueError
        When forbidden combinations leave nothing of it.
    """

    def __init__(self, view: ArrayView, name: str | None, arm: int) -> None:
        self.view = view
        self._columns: list[int] | None = None
        if name is not None:
            value = (view.space.parameters[name].levels or ())[arm]
            self.view = view.space.restrict(name, [value]).view
            self._columns = [view.column[each] for each in self.view.names]
            self._top = self.view.column[name]

    def rows(self, rows: Array) -> Array:
        """Return rows of the whole space, all of this algorithm, as rows of the part."""
        if self._columns is None:
            return rows
        part: Array = rows[:, self._columns]
        part[:, self._top] = 0.0
        return part


class Arms:
    """Shares the cost of a search among the algorithms of its space.

    The share of an algorithm rises with the number of its hyperparameters: who has many needs more
    trials to show what is in it. It falls with each rank that its best result is behind; or, with a
    tolerance and once there are some results in full, exponentially with the part of these that are
    better than its best. Then shares are alike at first, and later those who stay behind what the
    leaders have found get little, but never nothing. The best of an algorithm is then that at the
    highest fidelity it has had: what looked good on few rows is forgotten once it has run on all.
    As trials in full cost most, low fidelities are spread over all algorithms. An algorithm of
    small prior weight joins when enough has been spent, so that many of them do not cost a short
    search anything.

    Parameters
    ----------
    archive : Archive
    name : str or None
        The choice of the algorithm; None makes one arm, 0, of the whole space.
    falloff : float, default=0.7
        Ratio of the shares of neighbouring ranks, for algorithms of equal size.
    tolerance : float, optional
        Part of the results in full that must be better for the share to fall to 1/e, instead of
        ranks.
    """

    def __init__(
        self,
        archive: Archive,
        name: str | None,
        *,
        falloff: float = 0.7,
        tolerance: float | None = None,
    ) -> None:
        self.archive = archive
        self.falloff = falloff
        self.tolerance = tolerance
        # In units of the cheapest trial.
        self._costs = (
            np.array([r.cost for r in archive.ladder.rungs]) / archive.ladder.rungs[0].cost
        )
        self._parts: dict[int, ArmSpace] = {}
        self._defaults: dict[int, list[Configuration]] = {}
        self._name = name
        self._column = -1 if name is None else archive.view.column[name]
        weights = None if name is None else archive.view.weights[self._column]
        self._n_levels = 1 if weights is None else len(weights)
        self._arms = np.zeros(1, dtype=np.intp) if weights is None else np.flatnonzero(weights)
        prior = np.ones(1) if weights is None else np.asarray(weights)[self._arms]
        self._sizes = np.ones(1) if name is None else sizes(archive.view.space, name)[self._arms]
        # What is spent when an arm joins; likely ones are there from the start.
        self._joins = 2.0 * (prior.max() / prior - 1.0)

    def of(self, rows: Array) -> Numbers:
        """Return the arm of each row: (n, n_parameters) in, (n,) out."""
        if self._name is None:
            return np.zeros(len(rows), dtype=np.intp)
        return np.asarray(rows[:, self._column].astype(np.intp))

    def next(self, rng: np.random.Generator) -> int:
        """Return the arm that has had the least for its share; new arms that have joined first."""
        n = len(self._arms)
        if n == 1:
            return int(self._arms[0])
        arm = self.of(self.archive.rows)
        losses = np.where(np.isnan(self.archive.losses), np.inf, self.archive.losses)
        costs = self._costs[self.archive.rungs]
        spent = np.bincount(arm, costs, minlength=self._arms[-1] + 1)[self._arms]
        share = self._sizes * self._standing(arm, losses, rng)
        owed = spent / share + 1e-3 * rng.random(n)
        owed[(spent == 0) & (spent.sum() < self._joins)] = np.inf
        return int(self._arms[np.argmin(owed)])

    def _standing(self, arm: Numbers, losses: Array, rng: np.random.Generator) -> Array:
        """Return the share of each arm, had all the same size, for their best losses."""
        in_full = self.archive.rungs == len(self._costs) - 1
        reference = np.sort(losses[in_full & np.isfinite(losses)])
        if self.tolerance is None or len(reference) < _FEWEST_IN_FULL:
            best = self._best(arm, losses)
            rank = np.empty(len(best))
            rank[np.lexsort((rng.random(len(best)), best))] = np.arange(len(best))
            return np.asarray(self.falloff**rank)
        best = self._best(arm, np.where(self._at_highest(arm, losses), losses, np.inf))
        ahead = np.searchsorted(reference, best) / len(reference)
        return np.asarray(np.exp(-ahead / self.tolerance))

    def _best(self, arm: Numbers, losses: Array) -> Array:
        """Return the best loss of each arm."""
        best = np.full(self._n_levels, np.inf)
        np.minimum.at(best, arm, losses)
        return best[self._arms]

    def _at_highest(self, arm: Numbers, losses: Array) -> NDArray[np.bool_]:
        """Return for each trial whether no trial of its arm has succeeded at a higher fidelity."""
        rungs = np.where(np.isfinite(losses), self.archive.rungs, -1)
        highest = np.full(self._n_levels, -1)
        np.maximum.at(highest, arm, rungs)
        return np.asarray(rungs == highest[arm])

    def defaults(self, arm: int) -> list[Configuration]:
        """Return the defaults of an arm, of each algorithm where one arm has all of them."""
        if arm not in self._defaults:
            try:
                space = self.part(arm).view.space
            except ValueError:
                space = self.archive.view.space
            several = self._name is None
            self._defaults[arm] = defaults(space) if several else [space.default()]
        return self._defaults[arm]

    def part(self, arm: int) -> ArmSpace:
        """Return the part of the space that belongs to an arm; ValueError if nothing does."""
        if arm not in self._parts:
            self._parts[arm] = ArmSpace(self.archive.view, self._name, arm)
        return self._parts[arm]

    def sample(self, rng: np.random.Generator, n: int, arm: int) -> Array:
        """Return legal rows of an arm from the prior: at most n, of shape (m, n_parameters)."""
        view = self.archive.view
        rows = view.sample(rng, n)
        if self._name is None:
            return rows
        rows[:, self._column] = arm
        rows = view.activate(rows, rng)
        return rows[view.legal(rows)]
