"""Where a surrogate expects the greatest improvement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.optimizers.algorithms import separate_choice
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.arms import Arms, ArmSpace
from autoskl.optimizers.borrowed import fading_weight
from autoskl.optimizers.surrogate.acquisition import acquisition_named
from autoskl.optimizers.surrogate.features import FeatureMap, Features
from autoskl.optimizers.surrogate.local_search import Neighbourhood, climb
from autoskl.optimizers.surrogate.targets import log_seconds, normal_scores

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

MOST_RESULTS = 120
"""Of one algorithm, that a surrogate learns from: those that say most."""

PENDING = ("believe", "lie", "fantasize", "ignore")


class Surrogate(Protocol):
    """A model that predicts with uncertainty."""

    def fit(self, features: Features, measured: Vector, numbers: Numbers) -> None:
        """Learn results, numbered in rising order."""

    def assume(
        self, features: Features, targets: Vector | None = None, weight: float = 1.0
    ) -> None:
        """Count further results until the next fit, with values of its own choice or others."""

    def predict(self, features: Features) -> tuple[Vector, Vector]:
        """Return mean and standard deviation."""

    def draw(self, rng: np.random.Generator) -> Callable[[Features], Vector]:
        """Return one function from those that agree with what was learned."""


class ModelSearch:
    """A surrogate for each algorithm, and the search for its best expectations.

    An algorithm is chosen first (see `Arms`), then improvement over its own best is sought. Results
    at all fidelities teach the surrogate, which has the cost of the fidelity among its inputs.

    Parameters
    ----------
    archive : Archive
        What was asked and told; grows as the search goes on.
    surrogate : callable
        From a transform of what is measured to a new surrogate.
    falloff : float, default=0.7
        Ratio of the shares of algorithms of neighbouring ranks.
    tolerance : float, optional
        How far behind an algorithm may be that still gets trials, instead of ranks (see `Arms`).
    acquisition : {"ei", "pi", "ucb", "thompson"}, default="ei"
        What is maximised: expected improvement, its probability, the distance of the lower
        confidence bound, or the improvement of one function drawn from the surrogate.
    cost_exponent : float, default=0.0
        The expected improvement is divided by the predicted seconds to this power.
    pending : {"believe", "lie", "fantasize", "ignore"}, default="believe"
        What trials under way are taken to give until they end: what the surrogate makes of them,
        the best prediction so far, a draw from the surrogate, or nothing at all.
    n_full_only : int, optional
        Results in full of an algorithm from which on its results at lower fidelities are not
        learned any more.
    pool : int, default=300
        Samples of the space that are looked at for each proposal.
    starts : int, default=4
        Local searches from the most promising samples, and as many from the best results.
    """

    def __init__(
        self,
        archive: Archive,
        surrogate: Callable[[Callable[[Vector], Vector]], Surrogate],
        *,
        falloff: float = 0.7,
        tolerance: float | None = None,
        acquisition: str = "ei",
        cost_exponent: float = 0.0,
        pending: str = "believe",
        n_full_only: int | None = None,
        pool: int = 300,
        starts: int = 4,
    ) -> None:
        self.archive = archive
        self.surrogate = surrogate
        self.acquisition = acquisition_named(acquisition)
        self.cost_exponent = cost_exponent
        if pending not in PENDING:
            known = ", ".join(map(repr, PENDING))
            raise ValueError(f"pending must be one of {known}. Got {pending!r}.")
        self.pending = pending
        self.n_full_only = n_full_only
        self.pool = pool
        self.starts = starts
        name = separate_choice(archive.view.space)
        self.arms = Arms(archive, name, falloff=falloff, tolerance=tolerance)
        self._features: dict[int, FeatureMap] = {}
        self._neighbourhoods: dict[int, Neighbourhood] = {}
        self._costs = 0.5 * np.log([rung.cost for rung in archive.ladder.rungs])
        self._losses: dict[int, Surrogate] = {}
        self._seconds: dict[int, Surrogate] = {}

    def suggest(self, rng: np.random.Generator) -> Configuration:
        """Return a configuration that promises to be good in full; it may not be a new one."""
        archive = self.archive
        arm = self.arms.next(rng)
        own = np.flatnonzero(self.arms.of(archive.rows) == arm)
        try:
            part = self.arms.part(arm)
        except ValueError:
            return archive.view.space.default()
        designed = self._designed(arm, len(own))
        if designed is not None:
            return designed
        pool = part.view.sample(rng, self.pool)
        if not np.isfinite(archive.losses[own]).any():
            return part.view.decode(pool[0])
        promise, leading = self._learn(arm, part, own, rng)
        values = promise(pool)
        likely = np.argsort(-values, kind="stable")[: self.starts]
        starts = np.concatenate([pool[likely], part.rows(archive.rows[leading])])
        at_starts = np.concatenate([values[likely], np.full(len(leading), -np.inf)])
        if arm not in self._neighbourhoods:
            self._neighbourhoods[arm] = Neighbourhood(part.view)
        rows, values = climb(self._neighbourhoods[arm], promise, starts, at_starts, rng)
        order = np.argsort(-values, kind="stable")
        for row in np.concatenate([part.view.snap(rows[order]), pool[likely]]):
            configuration = part.view.decode(row)
            if configuration not in archive.seen:
                return configuration
        return part.view.decode(pool[0])

    def _learn(
        self, arm: int, part: ArmSpace, own: Numbers, rng: np.random.Generator
    ) -> tuple[Callable[[Matrix], Vector], Numbers]:
        """Fit the arm's surrogates; return the promise of rows, and the trials predicted best."""
        archive = self.archive
        view_features = self._features.setdefault(arm, FeatureMap(part.view))

        def at(numbers: Numbers, cost: Vector | float) -> Features:
            return view_features(part.rows(archive.rows[numbers]), cost)

        told = self._telling(own[~np.isnan(archive.losses[own])])
        features = at(told, self._costs[archive.rungs[told]])
        loss = self._losses.setdefault(arm, self.surrogate(normal_scores))
        loss.fit(features, archive.losses[told], told)
        self._lend(arm, part, loss, len(told))
        finite = told[np.isfinite(archive.losses[told])]
        mean, _ = loss.predict(at(finite, 0.0))
        best = float(mean.min())
        pending = own[np.isnan(archive.losses[own])]
        if len(pending) and self.pending != "ignore":
            under_way = at(pending, self._costs[archive.rungs[pending]])
            loss.assume(under_way, self._assumed(loss, under_way, best, rng))
        seconds = self._fit_seconds(arm, told, features)
        gain = self._gain(loss, best, rng)

        def promise(rows: Matrix) -> Vector:
            where = view_features(rows, 0.0)
            values = gain(where)
            if seconds is None:
                return values
            return np.asarray(values / np.exp(self.cost_exponent * seconds.predict(where)[0]))

        return promise, finite[np.argsort(mean, kind="stable")[: self.starts]]

    def _designed(self, arm: int, n_own: int) -> Configuration | None:
        """Return what an arm of few trials starts with, None after that.

        That is what was best for it in other tasks, or else its defaults.
        """
        borrowed = self.archive.borrowed
        best = borrowed.best(np.flatnonzero(self.arms.of(borrowed.rows) == arm))
        if n_own == 0 and best is not None:
            return self.archive.view.decode(borrowed.rows[best])
        for configuration in self.arms.defaults(arm)[n_own:]:
            if configuration not in self.archive.seen:
                return configuration
        return None

    def _lend(self, arm: int, part: ArmSpace, loss: Surrogate, n_own: int) -> None:
        """Have a surrogate learn from other tasks too, the less the more results it has."""
        borrowed, weight = self.archive.borrowed, fading_weight(n_own)
        lent = borrowed.telling(np.flatnonzero(self.arms.of(borrowed.rows) == arm))
        if len(lent) and weight:
            costs = self._costs[borrowed.rungs[lent]]
            features = self._features[arm](part.rows(borrowed.rows[lent]), costs)
            loss.assume(features, normal_scores(borrowed.losses[lent]), weight)

    def _gain(
        self, loss: Surrogate, best: float, rng: np.random.Generator
    ) -> Callable[[Features], Vector]:
        """Return what is to be maximised, as a function of features."""
        acquisition = self.acquisition
        if acquisition is not None:
            return lambda at: acquisition(*loss.predict(at), best)
        drawn = loss.draw(rng)
        return lambda at: best - drawn(at)

    def _assumed(
        self, loss: Surrogate, under_way: Features, best: float, rng: np.random.Generator
    ) -> Vector | None:
        if self.pending == "lie":
            return np.full(len(under_way), best)
        return loss.draw(rng)(under_way) if self.pending == "fantasize" else None

    def _telling(self, told: Numbers) -> Numbers:
        """Return the trials to learn from: of too many, the best, the highest fidelities first."""
        if self.n_full_only is not None:
            in_full = told[self.archive.rungs[told] == len(self._costs) - 1]
            if np.isfinite(self.archive.losses[in_full]).sum() >= self.n_full_only:
                told = in_full
        if len(told) <= MOST_RESULTS:
            return told
        losses, rungs = self.archive.losses[told], self.archive.rungs[told]
        order = np.lexsort((told, losses, -rungs))
        return np.sort(told[order[:MOST_RESULTS]])

    def _fit_seconds(self, arm: int, told: Numbers, features: Features) -> Surrogate | None:
        measured = self.archive.seconds[told]
        if self.cost_exponent <= 0 or not measured.any():
            return None
        seconds = self._seconds.setdefault(arm, self.surrogate(log_seconds))
        seconds.fit(features, measured, told)
        return seconds
