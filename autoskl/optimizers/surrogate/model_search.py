"""Proposals that maximise an acquisition function of a surrogate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.optimizers.algorithm_bandit import AlgorithmBandit, Subspace
from autoskl.optimizers.algorithms import separate_choice
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.options import check_name
from autoskl.optimizers.source_results import source_weight
from autoskl.optimizers.surrogate.acquisition import get_acquisition
from autoskl.optimizers.surrogate.features import FeatureMap, Features
from autoskl.optimizers.surrogate.local_search import Neighbourhood, hill_climb
from autoskl.optimizers.surrogate.surrogate import Surrogate, SurrogateFactory
from autoskl.optimizers.surrogate.targets import log_seconds, normal_scores

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Numbers = NDArray[np.intp]

MAX_RESULTS = 120
"""Results of one algorithm that a surrogate learns from."""

PENDING = ("believe", "lie", "fantasize", "ignore")


class ModelSearch:
    """Model-based search with a surrogate for each algorithm.

    The algorithm is chosen first (see `AlgorithmBandit`), then the acquisition function is
    maximised relative to its own best result. Surrogates learn from results at all fidelities; the
    cost of the fidelity is one of their features.

    Parameters
    ----------
    archive : Archive
        Trials and results; grows during the search.
    surrogate : callable
        Maps a transform of measured values to a new surrogate.
    falloff : float, default=0.7
        See `AlgorithmBandit`.
    tolerance : float, optional
        See `AlgorithmBandit`.
    acquisition : {"ei", "pi", "ucb", "thompson"}, default="ei"
        Acquisition function: expected improvement, probability of improvement, distance of the
        lower confidence bound, or the improvement of a function drawn from the surrogate.
    cost_exponent : float, default=0.0
        Divides the expected improvement by this power of the predicted duration.
    pending : {"believe", "lie", "fantasize", "ignore"}, default="believe"
        Results assumed for pending trials, see `SMAC`.
    n_full_only : int, optional
        Number of full results of an algorithm from which its results at lower fidelities are
        ignored.
    pool : int, default=300
        Number of samples of the space that are scored for each proposal.
    starts : int, default=4
        Number of local searches from the most promising samples, and from the best trials.
    """

    def __init__(
        self,
        archive: Archive,
        surrogate: SurrogateFactory,
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
        self.acquisition = get_acquisition(acquisition)
        self.cost_exponent = cost_exponent
        self.pending = check_name("pending", pending, PENDING)
        self.n_full_only = n_full_only
        self.pool = pool
        self.starts = starts
        name = separate_choice(archive.view.space)
        self.bandit = AlgorithmBandit(archive, name, falloff=falloff, tolerance=tolerance)
        self._feature_maps: dict[int, FeatureMap] = {}
        self._neighbourhoods: dict[int, Neighbourhood] = {}
        self._log_costs = 0.5 * np.log([rung.cost for rung in archive.ladder.rungs])
        self._loss_models: dict[int, Surrogate] = {}
        self._duration_models: dict[int, Surrogate] = {}

    def suggest(self, rng: np.random.Generator) -> Configuration:
        """Return the most promising configuration at full fidelity; it may not be new."""
        archive = self.archive
        arm = self.bandit.select(rng)
        own = np.flatnonzero(self.bandit.arms_of(archive.rows) == arm)
        subspace = self.bandit.subspace(arm)
        initial = self._initial_design(arm, len(own))
        if initial is not None:
            return initial
        pool = subspace.view.sample(rng, self.pool)
        has_results = np.isfinite(archive.losses[own]).any()
        for row in self._rank(arm, subspace, own, pool, rng) if has_results else pool:
            configuration = subspace.view.decode(row)
            if configuration not in archive.seen:
                return configuration
        return subspace.view.decode(pool[0])

    def _rank(
        self, arm: int, subspace: Subspace, own: Numbers, pool: Matrix, rng: np.random.Generator
    ) -> Matrix:
        """Return rows of a subspace, found by local search or from a pool, the best first."""
        score, best_trials = self._learn(arm, subspace, own, rng)
        values = score(pool)
        ranking = np.argsort(-values, kind="stable")
        top = ranking[: self.starts]
        starts = np.concatenate([pool[top], subspace.project(self.archive.rows[best_trials])])
        start_values = np.concatenate([values[top], np.full(len(best_trials), -np.inf)])
        if arm not in self._neighbourhoods:
            self._neighbourhoods[arm] = Neighbourhood(subspace.view)
        rows, values = hill_climb(self._neighbourhoods[arm], score, starts, start_values, rng)
        order = np.argsort(-values, kind="stable")
        # None of the best is new if little of the subspace is left: then a sample, then any row.
        return np.concatenate([subspace.view.snap(rows[order]), pool[top], pool[:1], pool[ranking]])

    def _learn(
        self, arm: int, subspace: Subspace, own: Numbers, rng: np.random.Generator
    ) -> tuple[Callable[[Matrix], Vector], Numbers]:
        """Fit the surrogates of an arm.

        Returns
        -------
        score : callable
            Maps rows of the subspace to values of the acquisition function at full fidelity.
        best_trials : ndarray of int
            Trials with the best predictions.
        """
        archive = self.archive
        feature_map = self._feature_maps.setdefault(arm, FeatureMap(subspace.view))

        def features_of(numbers: Numbers, log_cost: Vector | float) -> Features:
            return feature_map(subspace.project(archive.rows[numbers]), log_cost)

        numbers = self._select_results(own[~np.isnan(archive.losses[own])])
        features = features_of(numbers, self._log_costs[archive.rungs[numbers]])
        model = self._loss_models.setdefault(arm, self.surrogate(normal_scores))
        model.fit(features, archive.losses[numbers], numbers)
        self._transfer(arm, subspace, model, len(numbers))
        successful = numbers[np.isfinite(archive.losses[numbers])]
        mean, _ = model.predict(features_of(successful, 0.0))
        best = float(mean.min())
        pending = own[np.isnan(archive.losses[own])]
        if len(pending) and self.pending != "ignore":
            pending_features = features_of(pending, self._log_costs[archive.rungs[pending]])
            targets = self._pending_targets(model, pending_features, best, rng)
            model.assume(pending_features, targets)
        duration_model = self._fit_duration_model(arm, numbers, features)
        improvement = self._improvement(model, best, rng)

        def score(rows: Matrix) -> Vector:
            at = feature_map(rows, 0.0)
            values = improvement(at)
            if duration_model is None:
                return values
            return np.asarray(values / np.exp(self.cost_exponent * duration_model.predict(at)[0]))

        return score, successful[np.argsort(mean, kind="stable")[: self.starts]]

    def _initial_design(self, arm: int, n_own: int) -> Configuration | None:
        """Return the first configurations of an arm, one for each call; None after them.

        These are the best of the results transferred from other tasks, then the defaults.
        """
        source = self.archive.source_results
        best = source.best(np.flatnonzero(self.bandit.arms_of(source.rows) == arm))
        if n_own == 0 and best is not None:
            return self.archive.view.decode(source.rows[best])
        for configuration in self.bandit.defaults(arm)[n_own:]:
            if configuration not in self.archive.seen:
                return configuration
        return None

    def _transfer(self, arm: int, subspace: Subspace, model: Surrogate, n_own: int) -> None:
        """Add the results of other tasks to a surrogate, with decreasing weight."""
        source, weight = self.archive.source_results, source_weight(n_own)
        selected = source.select(np.flatnonzero(self.bandit.arms_of(source.rows) == arm))
        if len(selected) and weight:
            log_costs = self._log_costs[source.rungs[selected]]
            rows = subspace.project(source.rows[selected])
            features = self._feature_maps[arm](rows, log_costs)
            model.assume(features, normal_scores(source.losses[selected]), weight)

    def _improvement(
        self, model: Surrogate, best: float, rng: np.random.Generator
    ) -> Callable[[Features], Vector]:
        """Return the acquisition function of features, durations left aside."""
        acquisition = self.acquisition
        if acquisition is not None:
            return lambda features: acquisition(*model.predict(features), best)
        drawn = model.draw(rng)
        return lambda features: best - drawn(features)

    def _pending_targets(
        self, model: Surrogate, features: Features, best: float, rng: np.random.Generator
    ) -> Vector | None:
        """Return the results assumed for pending trials, None for the choice of the model."""
        if self.pending == "lie":
            return np.full(len(features), best)
        return model.draw(rng)(features) if self.pending == "fantasize" else None

    def _select_results(self, numbers: Numbers) -> Numbers:
        """Return the trials to learn from: at most 120, the highest fidelities and best first."""
        if self.n_full_only is not None:
            full = numbers[self.archive.rungs[numbers] == len(self._log_costs) - 1]
            if np.isfinite(self.archive.losses[full]).sum() >= self.n_full_only:
                numbers = full
        if len(numbers) <= MAX_RESULTS:
            return numbers
        losses, rungs = self.archive.losses[numbers], self.archive.rungs[numbers]
        order = np.lexsort((numbers, losses, -rungs))
        return np.sort(numbers[order[:MAX_RESULTS]])

    def _fit_duration_model(
        self, arm: int, numbers: Numbers, features: Features
    ) -> Surrogate | None:
        """Return a surrogate of log durations, None if they do not matter or are unknown."""
        seconds = self.archive.seconds[numbers]
        known = seconds > 0
        if self.cost_exponent <= 0 or not known.any():
            return None
        model = self._duration_models.setdefault(arm, self.surrogate(log_seconds))
        model.fit(features[known], seconds[known], numbers[known])
        return model
