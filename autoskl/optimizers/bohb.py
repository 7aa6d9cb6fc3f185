"""BOHB: Hyperband with Parzen estimators of good and bad results."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.algorithm_bandit import AlgorithmBandit
from autoskl.optimizers.algorithms import algorithm_choice
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.kernel_density import KernelDensity, impute
from autoskl.optimizers.options import check_count, check_flag, check_share
from autoskl.optimizers.parzen_search import best_by_density_ratio, best_new, n_good_of
from autoskl.space.space import Space

_MIN_RESULTS = 6
"""Fewest results of an algorithm from which densities are estimated."""


class BOHB(Hyperband):
    """Hyperband with a pair of Parzen estimators for each algorithm.

    The algorithm is chosen first (see `AlgorithmBandit`). Its densities cover its active
    hyperparameters and use the results of the highest fidelity that has enough of them. A single
    model of the whole space, as in the paper (``original=True``), needs so many results in a space
    of many algorithms that a short search never has one.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` is promoted. By default the cost ratio of neighbouring rungs.
    good_share : float, default=0.15
        Share of the results that count as good.
    n_candidates : int, default=64
        Number of candidates drawn for each proposal.
    random_share : float, optional
        Probability of proposing a sample of the space instead. By default 0.15, or 1/3 if
        ``original``.
    original : bool, default=False
        Whether a single model covers the whole space, as in the paper: `KernelDensity`, with
        inactive hyperparameters copied from other good, or other bad, results.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    S. Falkner, A. Klein, F. Hutter: BOHB: Robust and efficient hyperparameter optimization at
    scale. ICML 2018.
    """

    name = "bohb"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        good_share: float = 0.15,
        n_candidates: int = 64,
        random_share: float | None = None,
        original: bool = False,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.good_share = check_share("good_share", good_share)
        self.n_candidates = check_count("n_candidates", n_candidates)
        self.original = check_flag("original", original)
        if random_share is None:
            random_share = 1 / 3 if original else 0.15
        self.random_share = check_share("random_share", random_share)
        self._bandit = AlgorithmBandit(self.archive, algorithm_choice(self.space))

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a candidate from the good density, or a sample of the space."""
        if rng.random() < self.random_share:
            return self.space.sample(rng, 1)[0]
        proposal = self._from_whole_space(rng) if self.original else self._from_one_arm(rng)
        return self.space.sample(rng, 1)[0] if proposal is None else proposal

    def _from_one_arm(self, rng: np.random.Generator) -> Configuration | None:
        archive, bandit = self.archive, self._bandit
        arm = bandit.select(rng)
        own = bandit.arms_of(archive.rows) == arm
        if not own.any():
            return bandit.defaults(arm)[0]
        n_active = int(np.ceil((~np.isnan(archive.rows[own])).sum(axis=1).mean()))
        numbers = self._highest_with(own, max(_MIN_RESULTS, n_active // 2))
        if numbers is None:
            drawn = bandit.sample(rng, 1, arm)
            return archive.view.decode(drawn[0]) if len(drawn) else None
        n_good = max(n_good_of(len(numbers), self.good_share), min(3, len(numbers) - 1))
        return best_by_density_ratio(
            archive, numbers, rng, n_good=n_good, n_candidates=self.n_candidates
        )

    def _from_whole_space(self, rng: np.random.Generator) -> Configuration | None:
        archive, view = self.archive, self.archive.view
        n_min = len(view) + 1
        numbers = self._highest_with(np.ones(len(archive), dtype=bool), 2 * n_min)
        if numbers is None:
            return None
        n_good = max(n_good_of(len(numbers), self.good_share), n_min)
        n_good = min(n_good, len(numbers) - n_min)
        rows = archive.rows[numbers[np.argsort(archive.losses[numbers], kind="stable")]]
        good = KernelDensity(view, impute(view, rows[:n_good], rng))
        other = KernelDensity(view, impute(view, rows[n_good:], rng))
        candidates = good.sample(rng, self.n_candidates)
        # The densities are those of all hyperparameters, also of the inactive ones.
        ratio = good.log_density(candidates) - other.log_density(candidates)
        candidates = view.activate(candidates)
        valid = view.is_valid(candidates)
        return best_new(archive, candidates[valid], ratio[valid])

    def _highest_with(self, mask: NDArray[np.bool_], min_results: int) -> NDArray[np.intp] | None:
        """Return the finished trials, failed ones included, of the highest rung with enough."""
        archive = self.archive
        finished = mask & ~np.isnan(archive.losses)
        for position in range(len(self.ladder.rungs) - 1, -1, -1):
            numbers = np.flatnonzero(finished & (archive.rungs == position))
            if len(numbers) >= min_results and np.isfinite(archive.losses[numbers]).any():
                return numbers
        return None
