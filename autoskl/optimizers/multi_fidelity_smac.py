"""Multi-fidelity SMAC: low fidelities show where to look, then most trials run in full."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.asha import ASHA
from autoskl.optimizers.smac import surrogate_maker
from autoskl.optimizers.surrogate.model_search import ModelSearch
from autoskl.space.space import Space


class MultiFidelitySMAC(ASHA):
    """Climbs the ladder until some trials have reached its top, then proposes mostly in full.

    New configurations are those that the surrogate of `SMAC` expects to be best in full; it learns
    from results at all fidelities. Cheap results pay while little is known. Once a few trials have
    climbed to the top, a share of the cost goes to new configurations in full, and the rest goes on
    climbing by the rule of `ASHA`.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.
    n_climbers : int, default=3
        Results in full that must come from below before new configurations start in full.
    full_share : float, default=0.8
        Share of the cost that they get from then on.
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    falloff : float, default=0.5
        Share of the cost of one algorithm relative to that of the next better one.
    """

    name = "multi-fidelity-smac"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        n_climbers: int = 3,
        full_share: float = 0.8,
        surrogate: str = "gaussian-process",
        falloff: float = 0.5,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.n_climbers = n_climbers
        self.full_share = full_share
        self._search = ModelSearch(self.archive, surrogate_maker(surrogate, seed), falloff=falloff)
        self._costs = np.array([rung.cost for rung in ladder.rungs])
        self._n_started_in_full = 0

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration."""
        return self._search.suggest(rng)

    def propose(self, rng: np.random.Generator) -> tuple[Configuration, Fidelity]:
        """Return a new configuration in full while these lag behind their share."""
        if self._n_started_in_full < self.full_share * self._cost_since_climb():
            return self.fresh(rng, self.ladder.top), self.ladder.top
        return super().propose(rng)

    def asked(self, trial: Trial) -> None:
        """Count the configurations that start in full."""
        is_new = trial.configuration not in self.archive.seen
        self._n_started_in_full += is_new and trial.fidelity == self.ladder.top
        super().asked(trial)

    def _cost_since_climb(self) -> float:
        """Return what was spent since enough trials had reached the top, 0 before."""
        rungs = self.archive.rungs
        full = np.flatnonzero((rungs == len(self._costs) - 1) & np.isfinite(self.archive.losses))
        if len(full) < self.n_climbers:
            return 0.0
        first = full[self.n_climbers - 1] + 1 if self.n_climbers else 0
        return float(self._costs[rungs[first:]].sum())
