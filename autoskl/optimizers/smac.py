"""Sequential model-based search for spaces of algorithms and their hyperparameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.surrogate.forest import Forest
from autoskl.optimizers.surrogate.gaussian_process import GaussianProcess
from autoskl.optimizers.surrogate.model_search import ModelSearch, Surrogate
from autoskl.space.space import Space

Vector = NDArray[np.float64]

SURROGATES = ("forest", "gaussian-process")


class SMAC(Optimizer):
    """Proposes where the lower confidence bound of a surrogate is least.

    The algorithm is chosen first, by how well it has done; then what may be best of it is sought by
    a surrogate of its own, so that an algorithm that is hard to tune is not given up
    after a few bad results. Ranks of losses are learned, not losses. All trials run in full;
    `HyperbandSMAC` uses lower fidelities too.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    random_share : float, default=0.0
        Probability that a proposal is a sample of the space instead.
    tolerance : float, default=0.4
        Part of all results that must be better than the best of an algorithm for its share of the
        cost to fall to 1/e.
    acquisition : {"ei", "pi", "ucb", "thompson"}, optional
        Expected improvement, probability of improvement, confidence bound, or Thompson sampling. By
        default the confidence bound, and expected improvement with a ``cost_exponent``.
    cost_exponent : float, default=0.0
        The expected improvement is divided by the predicted seconds to this power. Above 0,
        proposals depend on the seconds told; the other acquisitions do not allow it.
    pending : {"believe", "lie", "fantasize", "ignore"}, default="believe"
        What trials under way are taken to give until they end: what the surrogate makes of them
        (the Gaussian process its prediction, the forest the median), the best prediction so far
        (a constant liar), a draw from the surrogate, or nothing.

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
        surrogate: str = "gaussian-process",
        random_share: float = 0.0,
        tolerance: float = 0.4,
        acquisition: str | None = None,
        cost_exponent: float = 0.0,
        pending: str = "believe",
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        if acquisition is None:
            acquisition = "ei" if cost_exponent else "ucb"
        if cost_exponent and acquisition != "ei":
            raise ValueError(
                "cost_exponent needs acquisition='ei': only an expected improvement can be divided "
                f"by seconds. Got {acquisition!r}."
            )
        self.random_share = random_share
        self._search = ModelSearch(
            self.archive,
            surrogate_maker(surrogate, seed),
            tolerance=tolerance,
            acquisition=acquisition,
            cost_exponent=cost_exponent,
            pending=pending,
        )

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration, or now and then a sample of the space."""
        if rng.random() < self.random_share:
            return self.space.sample(rng, 1)[0]
        return self._search.suggest(rng)


def surrogate_maker(name: str, seed: int) -> Callable[[Callable[[Vector], Vector]], Surrogate]:
    """Return what makes a surrogate from a transform; ValueError for an unknown name."""
    if name == "gaussian-process":
        return GaussianProcess
    if name == "forest":
        return partial(Forest, seed=seed)
    raise ValueError(f"surrogate must be one of {', '.join(map(repr, SURROGATES))}. Got {name!r}.")
