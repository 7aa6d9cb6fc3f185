"""SMAC with Hyperband: multi-fidelity search guided by a surrogate."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.options import check_number, check_share
from autoskl.optimizers.surrogate.model_search import ModelSearch
from autoskl.optimizers.surrogate.registry import surrogate_factory
from autoskl.space.space import Space


class HyperbandSMAC(Hyperband):
    """Hyperband whose new configurations are chosen by a surrogate of the loss at full fidelity.

    The surrogate is that of `SMAC`. It learns from results at all fidelities: the many cheap ones
    guide the search, and the few at full fidelity correct them.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` is promoted. By default the cost ratio of neighbouring rungs.
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    random_share : float, default=0.0
        Probability of proposing a sample of the space instead.
    falloff : float, default=0.7
        Share of the cost of an algorithm relative to that of the next better one, above 0 and at
        most 1.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

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
        self.random_share = check_share("random_share", random_share)
        self._search = ModelSearch(
            self.archive,
            surrogate_factory(surrogate, self.seed),
            falloff=check_number("falloff", falloff, above=0.0, at_most=1.0),
        )

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration, or with ``random_share`` a sample."""
        if rng.random() < self.random_share:
            return self.space.sample(rng, 1)[0]
        return self._search.suggest(rng)
