"""Hyperband: brackets of successive halving that trade the number of trials for fidelity."""

from __future__ import annotations

from functools import cached_property

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial
from autoskl.optimizers.ladder_climber import LadderClimber
from autoskl.optimizers.rungs import Bracket, bracket_sizes


class Hyperband(LadderClimber):
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

    @cached_property
    def _brackets(self) -> list[Bracket]:
        return []

    def halvings(self, number: int) -> int:
        """Return how often the bracket of a number halves."""
        n_rungs = len(self.ladder.rungs)
        return n_rungs - 1 - number % n_rungs

    def climb(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best trial of a finished rung that did not climb yet."""
        losses = self.archive.losses
        for bracket in self._brackets:
            found = bracket.next_to_climb(losses)
            if found is not None:
                number, position = found
                return self.archive[number].configuration, self.ladder.rungs[position].fidelity
        return None

    def entry(self) -> Fidelity:
        """Return the lowest fidelity of the bracket that has room."""
        roomy = next((bracket for bracket in self._brackets if bracket.has_room), None)
        lowest = self._lowest(len(self._brackets)) if roomy is None else roomy.lowest
        return self.ladder.rungs[lowest].fidelity

    def asked(self, trial: Trial) -> None:
        """Put the trial on its rung; those of an earlier search have no part in brackets."""
        super().asked(trial)
        if trial.number < self.n_earlier:
            return
        position = self.ladder.index(trial.fidelity)
        for bracket in self._brackets:
            for number in bracket.can_climb(position):
                if self.archive[number].configuration == trial.configuration:
                    bracket.climb(number, trial.number, position)
                    return
        if not any(bracket.has_room for bracket in self._brackets):
            number, s_max = len(self._brackets), len(self.ladder.rungs) - 1
            sizes = bracket_sizes(self.halvings(number), s_max, self.eta)
            self._brackets.append(Bracket(sizes, self._lowest(number)))
        next(bracket for bracket in self._brackets if bracket.has_room).enter(trial.number)

    def _lowest(self, number: int) -> int:
        return len(self.ladder.rungs) - 1 - self.halvings(number)
