"""SMAC on Hyperband: multi-fidelity search led by a surrogate."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.smac import surrogate_maker
from autoskl.optimizers.surrogate.model_search import ModelSearch
from autoskl.space.space import Space


class HyperbandSMAC(Hyperband):
    """Hyperband whose new configurations are those that a surrogate expects to be best in full.

    The surrogate is that of `SMAC`. It learns from results at all fidelities, so that the many
    cheap ones show it where to look and the few in full correct them.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    random_share : float, default=0.0
        Probability that a new configuration is a sample of the space instead.
    falloff : float, default=0.7
        Share of the cost of one algorithm relative to that of the next better one.

    References
    ----------
    M. Lindauer et al.: SMAC3: A versatile Bayesian optimization package for hyperparameter
    optimization. JMLR 23, 2022.
    """

    name = "hyperband-smac"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        surrogate: str = "gaussian-process",
        random_share: float = 0.0,
        falloff: float = 0.7,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.random_share = random_share
        self._search = ModelSearch(self.archive, surrogate_maker(surrogate, seed), falloff=falloff)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration, or now and then a sample of the space."""
        if rng.random() < self.random_share:
            return self.space.sample(rng, 1)[0]
        return self._search.suggest(rng)
