"""The algorithms of a space as arms of a bandit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.seeds import generator
from autoskl.optimizers.algorithms import defaults, feasible_levels, sizes
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.enumeration import find_unseen
from autoskl.space.array_view import ArrayView

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

_MIN_FULL_RESULTS = 4
"""Fewest results at full fidelity from which shares depend on quantiles instead of ranks."""


class Subspace:
    """The part of a space that belongs to one algorithm; it is smaller and faster to search.

    Parameters
    ----------
    view : ArrayView
        View of the whole space.
    name : str or None
        The algorithm choice; None for the whole space.
    arm : int
        Index of the algorithm among the values of the choice.

    Attributes
    ----------
    view : ArrayView
        View of the subspace, without the hyperparameters that the algorithm leaves inactive.

    Raises
    ------
    ValueError
        If forbidden combinations leave no configuration of the algorithm.
    """

    def __init__(self, view: ArrayView, name: str | None, arm: int) -> None:
        self.view = view
        self._columns: list[int] | None = None
        if name is not None:
            value = (view.space.parameters[name].levels or ())[arm]
            self.view = view.space.restrict(name, [value]).view
            self._columns = [view.column[each] for each in self.view.names]
            self._choice_column = self.view.column[name]

    def project(self, rows: Array) -> Array:
        """Return rows of the whole space, all of this algorithm, as rows of the subspace."""
        if self._columns is None:
            return rows
        projected: Array = rows[:, self._columns]
        projected[:, self._choice_column] = 0.0
        return projected


class AlgorithmBandit:
    """Divides the cost of a search among the algorithms of its space.

    The share of an algorithm is proportional to the number of its hyperparameters: algorithms with
    many of them need more trials before they can be judged. It also decreases with the rank of the
    algorithm's best result. With a `tolerance`, and once there are a few results at full fidelity,
    it decreases exponentially with the fraction of these that beat the algorithm's best instead:
    shares are then similar at first, and later algorithms that fall behind get little, but never
    nothing. An algorithm's best is then its best at the highest fidelity that it has reached, so
    that promising results on few rows are superseded by those on all rows. Since trials at full
    fidelity cost most, low fidelities are spread over all algorithms.

    An algorithm of small prior weight joins only after some cost has been spent, so that many such
    algorithms do not burden a short search. One whose configurations have all been tried leaves,
    since only other algorithms have new ones, and one that forbidden combinations leave without a
    configuration does not take part.

    Parameters
    ----------
    archive : Archive
    name : str or None
        The algorithm choice; None treats the whole space as a single arm, 0.
    falloff : float, default=0.7
        Ratio of the shares of successive ranks, for algorithms of equal size.
    tolerance : float, optional
        Fraction of the results at full fidelity that must be better for the share to fall to 1/e;
        None to use ranks throughout.
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
        self._subspaces: dict[int, Subspace] = {}
        self._defaults: dict[int, list[Configuration]] = {}
        self._unseen: dict[int, Configuration | None] = {}
        self._name = name
        if name is None:
            self._column, self._n_levels = -1, 1
            self._arms, self._sizes, prior = np.zeros(1, dtype=np.intp), np.ones(1), np.ones(1)
        else:
            self._column = archive.view.column[name]
            weights = np.asarray(archive.view.weights[self._column])
            self._n_levels = len(weights)
            self._arms = feasible_levels(archive.view.space, name)
            self._sizes = sizes(archive.view.space, name)[self._arms]
            prior = weights[self._arms]
        # Total cost at which each arm joins; the likeliest ones take part from the start. A single
        # one may be of weight 0.
        self._joins_at = 2.0 * (prior.max() / prior - 1.0) if len(prior) > 1 else np.zeros(1)

    def arms_of(self, rows: Array) -> Numbers:
        """Return the arm of each row: (n, n_parameters) in, (n,) out."""
        if self._name is None:
            return np.zeros(len(rows), dtype=np.intp)
        return np.asarray(rows[:, self._column].astype(np.intp))

    def select(self, rng: np.random.Generator) -> int:
        """Return an untried arm that has joined, else the arm with the least cost for its share.

        Arms without new configurations are skipped, unless there is no other.
        """
        n = len(self._arms)
        if n == 1:
            return int(self._arms[0])
        arms = self.arms_of(self.archive.rows)
        losses = np.where(np.isnan(self.archive.losses), np.inf, self.archive.losses)
        costs = self._costs[self.archive.rungs]
        spent = np.bincount(arms, costs, minlength=self._arms[-1] + 1)[self._arms]
        shares = self._sizes * self._merits(arms, losses, rng)
        relative = spent / shares + 1e-3 * rng.random(n)
        waits = (spent == 0) & (spent.sum() < self._joins_at)
        # Those that join next come last: they are needed if all that have joined are exhausted.
        order = self._arms[np.lexsort((relative, np.where(waits, self._joins_at, 0.0)))].tolist()
        return int(next((arm for arm in order if not self._is_exhausted(arm)), order[0]))

    def _is_exhausted(self, arm: int) -> bool:
        """Return whether all configurations of an arm have been tried."""
        seen = self.archive.seen
        # A single unseen configuration is enough, until it is tried as well.
        if arm not in self._unseen or self._unseen[arm] in seen:
            space = self.subspace(arm).view.space
            # The answer must depend only on what has been tried, not on when it was asked for.
            self._unseen[arm] = find_unseen(space, seen, generator("unseen", arm))
        return self._unseen[arm] is None

    def _merits(self, arms: Numbers, losses: Array, rng: np.random.Generator) -> Array:
        """Return the shares that the arms would have if they were of equal size."""
        is_full = self.archive.rungs == len(self._costs) - 1
        full_losses = np.sort(losses[is_full & np.isfinite(losses)])
        if self.tolerance is None or len(full_losses) < _MIN_FULL_RESULTS:
            best = self._best(arms, losses)
            rank = np.empty(len(best))
            rank[np.lexsort((rng.random(len(best)), best))] = np.arange(len(best))
            return np.asarray(self.falloff**rank)
        best = self._best(arms, np.where(self._is_highest(arms, losses), losses, np.inf))
        share_ahead = np.searchsorted(full_losses, best) / len(full_losses)
        return np.asarray(np.exp(-share_ahead / self.tolerance))

    def _best(self, arms: Numbers, losses: Array) -> Array:
        """Return the best loss of each arm."""
        best = np.full(self._n_levels, np.inf)
        np.minimum.at(best, arms, losses)
        return best[self._arms]

    def _is_highest(self, arms: Numbers, losses: Array) -> NDArray[np.bool_]:
        """Return whether each trial succeeded at the highest fidelity that its arm has reached."""
        rungs = np.where(np.isfinite(losses), self.archive.rungs, -1)
        highest = np.full(self._n_levels, -1)
        np.maximum.at(highest, arms, rungs)
        return np.asarray(rungs == highest[arms])

    def defaults(self, arm: int) -> list[Configuration]:
        """Return the default of an arm, or of every algorithm if there is a single arm."""
        if arm not in self._defaults:
            space = self.subspace(arm).view.space
            single = self._name is None
            self._defaults[arm] = defaults(space) if single else [space.default()]
        return self._defaults[arm]

    def subspace(self, arm: int) -> Subspace:
        """Return the subspace of an arm; ValueError if it has no valid configuration."""
        if arm not in self._subspaces:
            self._subspaces[arm] = Subspace(self.archive.view, self._name, arm)
        return self._subspaces[arm]

    def sample(self, rng: np.random.Generator, n: int, arm: int) -> Array:
        """Draw at most n valid rows of an arm from the prior: (m, n_parameters)."""
        view = self.archive.view
        rows = view.sample(rng, n)
        if self._name is None:
            return rows
        rows[:, self._column] = arm
        rows = view.activate(rows, rng)
        return rows[view.is_valid(rows)]
