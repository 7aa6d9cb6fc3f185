"""Hyperband: brackets of successive halving that trade off number of trials and fidelity."""

from __future__ import annotations

from functools import cached_property

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial
from autoskl.optimizers.multi_fidelity_optimizer import MultiFidelityOptimizer
from autoskl.optimizers.rungs import Bracket, bracket_sizes


class Hyperband(MultiFidelityOptimizer):
    """Starts many configurations at low fidelity and promotes the best ``1/eta`` of each rung.

    Successive brackets start at ever higher fidelities. Trials of a rung are promoted once all of
    its results are known; until then the next bracket starts, so that no worker is idle. Failed
    trials are never promoted.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` is promoted. By default the cost ratio of neighbouring rungs.

    References
    ----------
    L. Li et al.: Hyperband: A novel bandit-based approach to hyperparameter optimization. JMLR 18,
    2018.
    """

    name = "hyperband"

    @cached_property
    def _brackets(self) -> list[Bracket]:
        return []

    def n_halvings(self, number: int) -> int:
        """Return the number of halvings of the bracket with a number."""
        n_rungs = len(self.ladder.rungs)
        return n_rungs - 1 - number % n_rungs

    def promote(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best trial of a finished rung that has not been promoted yet."""
        losses = self.archive.losses
        for bracket in self._brackets:
            found = bracket.next_to_promote(losses)
            if found is not None:
                number, position = found
                return self.archive[number].configuration, self.ladder.rungs[position].fidelity
        return None

    def entry_fidelity(self) -> Fidelity:
        """Return the lowest fidelity of the first bracket that has room."""
        bracket = next((bracket for bracket in self._brackets if bracket.has_room), None)
        lowest = self._lowest(len(self._brackets)) if bracket is None else bracket.lowest
        return self.ladder.rungs[lowest].fidelity

    def on_ask(self, trial: Trial) -> None:
        """Put the trial on its rung; trials of an earlier search belong to no bracket."""
        super().on_ask(trial)
        if trial.number < self.n_earlier:
            return
        position = self.ladder.index(trial.fidelity)
        for bracket in self._brackets:
            for number in bracket.promotable(position):
                if self.archive[number].configuration == trial.configuration:
                    bracket.promote(number, trial.number, position)
                    return
        if not any(bracket.has_room for bracket in self._brackets):
            number, s_max = len(self._brackets), len(self.ladder.rungs) - 1
            sizes = bracket_sizes(self.n_halvings(number), s_max, self.eta)
            self._brackets.append(Bracket(sizes, self._lowest(number)))
        next(bracket for bracket in self._brackets if bracket.has_room).add(trial.number)

    def _lowest(self, number: int) -> int:
        return len(self.ladder.rungs) - 1 - self.n_halvings(number)
