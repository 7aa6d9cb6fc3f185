"""What all optimizers share that climb a ladder of fidelities."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.rungs import ratio
from autoskl.space.space import Space


class LadderClimber(Optimizer):
    """Continues what did well at a low fidelity on the next rung, and else starts something new.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.
    """

    climbs = True

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        if eta is not None and not eta > 1:
            raise ValueError(f"eta must be above 1. Got {eta!r}.")
        self.eta = ratio(ladder) if eta is None else float(eta)

    @abstractmethod
    def climb(self) -> tuple[Configuration, Fidelity] | None:
        """Return what is to be continued, and at which fidelity; None if there is nothing."""

    @abstractmethod
    def entry(self) -> Fidelity:
        """Return the fidelity at which the next new configuration starts."""

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space."""
        return self.space.sample(rng, 1)[0]

    def propose(self, rng: np.random.Generator) -> tuple[Configuration, Fidelity]:
        """Return a trial that climbs, or else a new configuration."""
        climber = self.climb()
        if climber is not None:
            return climber
        fidelity = self.entry()
        return self.fresh(rng, fidelity), fidelity
