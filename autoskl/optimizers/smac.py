"""Sequential model-based search with a random forest."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.surrogate.forest_search import ForestSearch
from autoskl.space.space import Space


class SMAC(Optimizer):
    """Proposes where a random forest expects the greatest improvement over the best so far.

    All trials run in full; multi-fidelity search with the same forest is `HyperbandSMAC`.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    n_initial : int, default=8
        Results before the forest is asked; until then samples of the space are proposed.
    random_share : float, default=0.1
        Probability that a proposal is a sample of the space all the same.
    cost_exponent : float, default=0.0
        The expected improvement is divided by the predicted seconds to this power. Above 0,
        proposals depend on the seconds told.

    References
    ----------
    F. Hutter, H. Hoos, K. Leyton-Brown: Sequential model-based optimization for general algorithm
    configuration. LION 5, 2011.
    """

    name = "smac"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        n_initial: int = 8,
        random_share: float = 0.1,
        cost_exponent: float = 0.0,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.n_initial = n_initial
        self.random_share = random_share
        self._search = ForestSearch(self.archive, seed, cost_exponent=cost_exponent)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration, or now and then a sample of the space."""
        known = np.isfinite(self.archive.losses).sum()
        if known >= max(self.n_initial, 1) and rng.random() >= self.random_share:
            found = self._search.configurations(rng, self.ladder.index(fidelity))
            if found:
                return found[0]
        return self.space.sample(rng, 1)[0]
