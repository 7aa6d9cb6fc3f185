"""Multi-fidelity SMAC: cheap trials show where to look, then trials run in full."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.asha import next_to_climb
from autoskl.optimizers.ladder_climber import LadderClimber
from autoskl.optimizers.smac import surrogate_maker
from autoskl.optimizers.surrogate.model_search import ModelSearch
from autoskl.space.space import Space

_ROUNDING = 1e-6

_RANKS_WELL = 0.1
"""Share of the full cost from which on a rung tells the best of many (README-search.md)."""


class MultiFidelitySMAC(LadderClimber):
    """Starts on low rungs, where the best show up early, and ends with new trials in full.

    New configurations are those that the surrogate of `SMAC` expects to be best in full; it learns
    from results at all fidelities. They start

    1. on the lowest rung, until that has cost as much as one trial in full;
    2. on the lowest rung that costs at least a tenth of a trial in full, until ``n_cheap`` trials
       in full could have been paid for: below it ranks are poor, above it the leader is hardly a
       better one;
    3. in full from then on: what is left to find lies among configurations that are all good, and
       there low fidelities rank less well. With ``full_share`` below 1 the rest of the cost is
       spent as before.

    The best climb straight to the top. As many do as in successive halving, which would lead them
    over all the rungs between: one in ``eta`` from the rung below it, one in ``eta**2`` from the
    next, and so on.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        Ratio of the trials on neighbouring rungs. By default that of the ladder's costs.
    n_cheap : float, default=8.0
        Cost, in trials in full, after which new configurations start in full.
    full_share : float, default=1.0
        Share of the whole cost that trials in full may have from then on.
    n_full_only : int or None, default=10
        Results in full of an algorithm from which on its results at lower fidelities are not
        learned any more; None for never.
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    falloff : float, default=0.7
        Share of the cost of one algorithm relative to that of the next better one, until there are
        some results in full.
    tolerance : float, default=0.4
        From then on, as in `SMAC`: part of the results in full that must be better than the best of
        an algorithm, at the highest fidelity it has had, for its share of the cost to fall to 1/e.
    acquisition : {"ei", "pi", "ucb", "thompson"}, default="ucb"
        As in `SMAC`.
    """

    name = "multi-fidelity-smac"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        n_cheap: float = 8.0,
        full_share: float = 1.0,
        n_full_only: int | None = 10,
        surrogate: str = "gaussian-process",
        falloff: float = 0.7,
        tolerance: float = 0.4,
        acquisition: str = "ucb",
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.n_cheap = n_cheap
        self.full_share = full_share
        self._search = ModelSearch(
            self.archive,
            surrogate_maker(surrogate, seed),
            falloff=falloff,
            tolerance=tolerance,
            acquisition=acquisition,
            n_full_only=n_full_only,
        )
        self._costs = np.array([rung.cost for rung in ladder.rungs])
        self._in_full: set[Configuration] = set()

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration."""
        return self._search.suggest(rng)

    def climb(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best trial that may run in full, from the highest rung that has one."""
        for steps, position in enumerate(range(len(self._costs) - 2, -1, -1), 1):
            share = self.eta**-steps
            configuration = next_to_climb(self.archive, position, share, self._in_full)
            if configuration is not None:
                return configuration, self.ladder.top
        return None

    def entry(self) -> Fidelity:
        """Return the lowest fidelity, then one that ranks well, then the full one."""
        costs = np.bincount(self.archive.rungs, minlength=len(self._costs)) * self._costs
        if costs[0] < 1.0 - _ROUNDING:
            return self.ladder.rungs[0].fidelity
        spent = costs.sum()
        if spent > self.n_cheap - _ROUNDING and costs[-1] < self.full_share * spent:
            return self.ladder.top
        return self.ladder.rungs[int(np.argmax(self._costs >= _RANKS_WELL))].fidelity

    def asked(self, trial: Trial) -> None:
        """Note which configurations run in full, in this search."""
        super().asked(trial)
        if trial.fidelity == self.ladder.top and trial.number >= self.n_earlier:
            self._in_full.add(trial.configuration)
