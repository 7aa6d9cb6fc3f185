"""Particle swarm optimization."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count, check_number
from autoskl.optimizers.unit_cube import UnitCube
from autoskl.space.space import Space


class ParticleSwarm(Optimizer):
    """Moves particles towards their personal best and the global best position.

    They move in the unit cube of all hyperparameters, active or not; the velocity of a particle is
    its last step.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    n_particles : int, default=10
    inertia : float, default=0.729
        Weight of the particle's velocity.
    attraction : float, default=1.49445
        Acceleration coefficient towards each of the two best positions.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    J. Kennedy, R. Eberhart: Particle swarm optimization. ICNN 1995.
    M. Clerc, J. Kennedy: The particle swarm: explosion, stability, and convergence in a
    multidimensional complex space. IEEE Transactions on Evolutionary Computation 6, 2002.
    """

    name = "particle-swarm"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        n_particles: int = 10,
        inertia: float = 0.729,
        attraction: float = 1.49445,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.n_particles = check_count("n_particles", n_particles)
        self.inertia = check_number("inertia", inertia)
        self.attraction = check_number("attraction", attraction)
        self._cube = UnitCube(self.archive)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the next position of the particle whose turn it is."""
        number = len(self.archive)
        losses = np.where(np.isnan(self.archive.losses), np.inf, self.archive.losses)
        own = np.arange(number % self.n_particles, number, self.n_particles)
        if not len(own) or not np.isfinite(losses).any():
            return self.space.sample(rng, 1)[0]
        points = self._cube.points(seed=self.seed)
        x = points[own[-1]]
        velocity = x - points[own[-2]] if len(own) > 1 else np.zeros(len(x))
        personal_best, global_best = points[own[np.argmin(losses[own])]], points[np.argmin(losses)]
        pull = rng.random((2, len(x))) * self.attraction
        moved = x + self.inertia * velocity
        moved = moved + pull[0] * (personal_best - x) + pull[1] * (global_best - x)
        return self._cube.configuration(np.clip(moved, 0.0, 1.0))
