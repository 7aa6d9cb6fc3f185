"""ASHA: asynchronous successive halving."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.multi_fidelity_optimizer import MultiFidelityOptimizer
from autoskl.optimizers.rungs import robust_floor


class ASHA(MultiFidelityOptimizer):
    """Promotes a trial as soon as it is among the best ``1/eta`` of its rung so far.

    Unlike in the paper, at most ``1/eta`` of the results of a rung are promoted in total, even if
    early promotions have been overtaken since. Failed trials are never promoted.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` is promoted. By default the cost ratio of neighbouring rungs.

    References
    ----------
    L. Li et al.: A system for massively parallel hyperparameter tuning. MLSys 2020.
    """

    name = "asha"

    @cached_property
    def _promoted(self) -> list[set[Configuration]]:
        return [set() for _ in self.ladder.rungs]

    def promote(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best promotable trial of the highest rung that has one."""
        for position in range(len(self.ladder.rungs) - 2, -1, -1):
            configuration = next_to_promote(
                self.archive, position, 1.0 / self.eta, self._promoted[position]
            )
            if configuration is not None:
                return configuration, self.ladder.rungs[position + 1].fidelity
        return None

    def entry_fidelity(self) -> Fidelity:
        """Return the lowest fidelity."""
        return self.ladder.rungs[0].fidelity

    def on_ask(self, trial: Trial) -> None:
        """Record the trial, and whether it is a promotion."""
        is_promotion = trial.configuration in self.archive.seen
        super().on_ask(trial)
        position = self.ladder.index(trial.fidelity)
        if is_promotion and position:
            self._promoted[position - 1].add(trial.configuration)


def next_to_promote(
    archive: Archive, position: int, share: float, promoted: set[Configuration]
) -> Configuration | None:
    """Return the best configuration of a rung that is to be promoted next.

    Parameters
    ----------
    archive : Archive
    position : int
        Position of the rung on the ladder.
    share : float
        Largest share of the rung's results to promote.
    promoted : set of Configuration
        Those promoted already.

    Returns
    -------
    Configuration or None
        None if enough have been promoted, or if the others failed or are not good enough.
    """
    losses = archive.losses
    finished = np.flatnonzero((archive.rungs == position) & ~np.isnan(losses))
    n_places = robust_floor(len(finished) * share)
    n_promoted = sum(archive[int(number)].configuration in promoted for number in finished)
    if n_promoted >= n_places:
        return None
    for number in finished[np.argsort(losses[finished], kind="stable")][:n_places]:
        configuration = archive[number].configuration
        if np.isfinite(losses[number]) and configuration not in promoted:
            return configuration
    return None
