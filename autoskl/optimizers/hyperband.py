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

    If no new configuration is left to fill the last bracket, the best ``1/eta`` of those in it are
    promoted, at least one on each rung. Repetitions belong to no bracket.

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

    def promote_incomplete(self) -> tuple[Configuration, Fidelity] | None:
        """Close the bracket that has room, and return a promotion from it if one is due."""
        self._close_brackets()
        return self.promote()

    def repeated_fidelity(self, configuration: Configuration, entry: Fidelity) -> Fidelity:
        """Return the fidelity at which a configuration started, so that it is not a promotion."""
        own = self.archive.trials[self.n_earlier :]
        return next(trial.fidelity for trial in own if trial.configuration == configuration)

    def entry_fidelity(self) -> Fidelity:
        """Return the lowest fidelity of the first bracket that has room."""
        bracket = next((bracket for bracket in self._brackets if bracket.has_room), None)
        lowest = self._lowest(len(self._brackets)) if bracket is None else bracket.lowest
        return self.ladder.rungs[lowest].fidelity

    def on_ask(self, trial: Trial) -> None:
        """Put the trial on its rung.

        Trials of an earlier search and repetitions belong to no bracket.
        """
        is_new = not self._is_used(trial.configuration)
        super().on_ask(trial)
        if trial.number < self.n_earlier:
            return
        if is_new:
            self._add(trial)
        else:
            self._promote_or_close(trial)

    def _add(self, trial: Trial) -> None:
        """Put a new configuration on the lowest rung of the bracket that has room."""
        if not any(bracket.has_room for bracket in self._brackets):
            number, s_max = len(self._brackets), len(self.ladder.rungs) - 1
            sizes = bracket_sizes(self.n_halvings(number), s_max, self.eta)
            self._brackets.append(Bracket(sizes, self._lowest(number)))
        next(bracket for bracket in self._brackets if bracket.has_room).add(trial.number)

    def _promote_or_close(self, trial: Trial) -> None:
        """Record a promotion; a repetition shows that no new configuration was left.

        So does a promotion from a bracket that still has room. Whether to close a bracket must
        depend on the trial alone, since results are not known yet while trials are restored.
        """
        position = self.ladder.index(trial.fidelity)
        for bracket in self._brackets:
            for number in bracket.promotable(position):
                if self.archive[number].configuration == trial.configuration:
                    bracket.close(self.eta)
                    bracket.promote(number, trial.number, position)
                    return
        self._close_brackets()

    def _close_brackets(self) -> None:
        for bracket in self._brackets:
            bracket.close(self.eta)

    def _lowest(self, number: int) -> int:
        return len(self.ladder.rungs) - 1 - self.n_halvings(number)
