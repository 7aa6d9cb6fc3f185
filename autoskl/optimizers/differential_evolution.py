"""Differential evolution."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count, check_number, check_share
from autoskl.optimizers.unit_cube import UnitCube
from autoskl.space.space import Space


class DifferentialEvolution(Optimizer):
    """Replaces the members of a population by better crossovers with mutants of other members.

    The strategy is rand/1/bin on the unit cube of all hyperparameters, active or not.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    population_size : int, default=20
        At least 4.
    weight : float, default=0.5
        Differential weight F: factor of the difference of two members that is added to a third.
    crossover : float, default=0.5
        Crossover probability CR: the probability that a hyperparameter comes from the mutant.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    R. Storn, K. Price: Differential evolution. Journal of Global Optimization 11, 1997.
    N. Awad, N. Mallik, F. Hutter: DEHB: Evolutionary Hyperband for scalable, robust and efficient
    hyperparameter optimization. IJCAI 2021.
    """

    name = "differential-evolution"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        population_size: int = 20,
        weight: float = 0.5,
        crossover: float = 0.5,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.population_size = check_count("population_size", population_size, 4)
        self.weight = check_number("weight", weight)
        self.crossover = check_share("crossover", crossover)
        self._cube = UnitCube(self.archive)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the offspring of the member whose turn it is."""
        number = len(self.archive)
        if number < self.population_size:
            return self.space.sample(rng, 1)[0]
        slot = number % self.population_size
        members = self._members()
        others = [member for i, member in enumerate(members) if i != slot and member >= 0]
        if len(others) < 3 or members[slot] < 0:
            return self.space.sample(rng, 1)[0]
        points = self._cube.points(seed=self.seed)
        a, b, c = points[rng.choice(others, size=3, replace=False)]
        own = points[members[slot]]
        mutant = a + self.weight * (b - c)
        outside = (mutant < 0) | (mutant > 1)
        mutant = np.where(outside, rng.random(len(mutant)), mutant)
        from_mutant = rng.random(len(mutant)) < self.crossover
        from_mutant[rng.integers(len(mutant))] = True
        return self._cube.configuration(np.where(from_mutant, mutant, own))

    def _members(self) -> NDArray[np.intp]:
        """Return the best trial of each slot of the population, -1 if there is none."""
        losses = np.where(np.isnan(self.archive.losses), np.inf, self.archive.losses)
        members = np.full(self.population_size, -1, dtype=np.intp)
        for slot in range(self.population_size):
            own = np.arange(slot, len(losses), self.population_size)
            if len(own) and np.isfinite(losses[own]).any():
                members[slot] = own[np.argmin(losses[own])]
        return members
