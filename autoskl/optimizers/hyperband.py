"""Hyperband: brackets of successive halving that trade the number of trials for fidelity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.rungs import Bracket, bracket_sizes, ratio
from autoskl.space.space import Space


class Hyperband(Optimizer):
    """Starts many configurations at low fidelity and continues the best ``1/eta`` of each rung.

    Brackets follow one another from the most to the least cautious about low fidelities. A rung
    is decided once all its results are known; while some are missing, the next bracket begins, so
    that no worker waits. Failed trials never climb.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.

    References
    ----------
    L. Li et al.: Hyperband: A novel bandit-based approach to hyperparameter optimization. JMLR 18,
    2018.
    """

    name = "hyperband"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.eta = checked_eta(eta, ladder)
        self._brackets: list[Bracket] = []
        self._schedule = self.schedule()
        self._next = next(self._schedule)

    def schedule(self) -> Iterator[int]:
        """Yield how often each bracket halves, endlessly."""
        while True:
            yield from range(len(self.ladder.rungs) - 1, -1, -1)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space."""
        return self.space.sample(rng, 1)[0]

    def propose(self, rng: np.random.Generator) -> tuple[Configuration, Fidelity]:
        """Return a trial that climbs, or else a new configuration on a bracket's lowest rung."""
        losses = self.archive.losses
        for bracket in self._brackets:
            found = bracket.next_to_climb(losses)
            if found is not None:
                number, position = found
                return self.archive[number].configuration, self.ladder.rungs[position].fidelity
        roomy = next((bracket for bracket in self._brackets if bracket.has_room), None)
        lowest = self._lowest(self._next) if roomy is None else roomy.lowest
        fidelity = self.ladder.rungs[lowest].fidelity
        return self.fresh(rng, fidelity), fidelity

    def asked(self, trial: Trial) -> None:
        """Put the trial on its rung."""
        super().asked(trial)
        position = self.ladder.index(trial.fidelity)
        for bracket in self._brackets:
            for number in bracket.can_climb(position):
                if self.archive[number].configuration == trial.configuration:
                    bracket.climb(number, trial.number, position)
                    return
        if not any(bracket.has_room for bracket in self._brackets):
            s_max = len(self.ladder.rungs) - 1
            sizes = bracket_sizes(self._next, s_max, self.eta)
            self._brackets.append(Bracket(sizes, self._lowest(self._next)))
            self._next = next(self._schedule)
        next(bracket for bracket in self._brackets if bracket.has_room).enter(trial.number)

    def _lowest(self, s: int) -> int:
        return len(self.ladder.rungs) - 1 - s


def checked_eta(eta: float | None, ladder: Ladder) -> float:
    """Return eta, by default the ratio of the ladder's costs; ValueError unless above 1."""
    if eta is None:
        return ratio(ladder)
    if not eta > 1:
        raise ValueError(f"eta must be above 1. Got {eta!r}.")
    return float(eta)
