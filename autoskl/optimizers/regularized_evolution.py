"""Regularized evolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count
from autoskl.space.neighbours import neighbours
from autoskl.space.space import Space


class RegularizedEvolution(Optimizer):
    """Mutates the winner of a tournament; the oldest member of the population dies.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    population_size : int, default=20
        Number of latest results that form the population; as long as there are fewer, samples of
        the space are proposed.
    tournament_size : int, default=5
        Number of randomly chosen members, the best of which is mutated; all of them if the
        population is smaller.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    E. Real, A. Aggarwal, Y. Huang, Q. Le: Regularized evolution for image classifier architecture
    search. AAAI 2019.
    """

    name = "evolution"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        population_size: int = 20,
        tournament_size: int = 5,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.population_size = check_count("population_size", population_size)
        self.tournament_size = check_count("tournament_size", tournament_size)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a mutant: a configuration that differs in one hyperparameter."""
        archive = self.archive
        alive = np.flatnonzero(np.isfinite(archive.losses))[-self.population_size :]
        if len(alive) == self.population_size:
            size = min(self.tournament_size, len(alive))
            tournament = rng.choice(alive, size=size, replace=False)
            parent = tournament[np.argmin(archive.losses[tournament])]
            mutants, _ = neighbours(archive.view, archive.rows[[parent]], rng, n=1)
            if len(mutants):
                return archive.view.decode(mutants[0])
        return self.space.sample(rng, 1)[0]
