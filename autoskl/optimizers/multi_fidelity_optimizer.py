"""Base of optimizers that promote trials to higher fidelities."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_number
from autoskl.optimizers.rungs import eta_of
from autoskl.space.space import Space


class MultiFidelityOptimizer(Optimizer):
    """Promotes trials that did well at a low fidelity, else starts a new configuration.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` is promoted. By default the cost ratio of neighbouring rungs.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.
    """

    is_multi_fidelity = True

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.eta = eta_of(ladder) if eta is None else check_number("eta", eta, above=1.0)

    @abstractmethod
    def promote(self) -> tuple[Configuration, Fidelity] | None:
        """Return the configuration to promote and its new fidelity; None if there is none."""

    @abstractmethod
    def entry_fidelity(self) -> Fidelity:
        """Return the fidelity at which the next new configuration starts."""

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space."""
        return self.space.sample(rng, 1)[0]

    def propose(self, rng: np.random.Generator) -> tuple[Configuration, Fidelity]:
        """Return a promotion if one is due, else a new configuration."""
        promoted = self.promote()
        if promoted is not None:
            return promoted
        fidelity = self.entry_fidelity()
        configuration = self.new_configuration(rng, fidelity)
        if not self._is_used(configuration):
            return configuration, fidelity
        promoted = self.promote_incomplete()
        if promoted is None:
            return configuration, self.repeated_fidelity(configuration, fidelity)
        self.exhausted = False
        return promoted

    def promote_incomplete(self) -> tuple[Configuration, Fidelity] | None:
        """Return a promotion from a rung that no new configuration is left to fill, if any."""
        return None

    def repeated_fidelity(self, configuration: Configuration, entry: Fidelity) -> Fidelity:
        """Return the fidelity at which to repeat a configuration, by default that of new ones."""
        return entry
