"""Asynchronous successive halving: no trial waits for others to end."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.ladder_climber import LadderClimber

_ROUNDING = 1e-9


class ASHA(LadderClimber):
    """Continues a trial as soon as it is among the best ``1/eta`` of its rung so far.

    Other than in the paper, a rung never lets more than ``1/eta`` of its results climb in total,
    even when those that climbed early have been overtaken since. Failed trials never climb.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.

    References
    ----------
    L. Li et al.: A system for massively parallel hyperparameter tuning. MLSys 2020.
    """

    name = "asha"

    @cached_property
    def _climbed(self) -> list[set[Configuration]]:
        return [set() for _ in self.ladder.rungs]

    def climb(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best trial that may climb, from the highest rung that has one."""
        for position in range(len(self.ladder.rungs) - 2, -1, -1):
            configuration = next_to_climb(
                self.archive, position, 1.0 / self.eta, self._climbed[position]
            )
            if configuration is not None:
                return configuration, self.ladder.rungs[position + 1].fidelity
        return None

    def entry(self) -> Fidelity:
        """Return the lowest fidelity."""
        return self.ladder.rungs[0].fidelity

    def asked(self, trial: Trial) -> None:
        """Note which configurations climbed to the trial's rung."""
        climbs = trial.configuration in self.archive.seen
        super().asked(trial)
        position = self.ladder.index(trial.fidelity)
        if climbs and position:
            self._climbed[position - 1].add(trial.configuration)


def next_to_climb(
    archive: Archive, position: int, share: float, climbed: set[Configuration]
) -> Configuration | None:
    """Return the best of a rung that has not climbed and may.

    Parameters
    ----------
    archive : Archive
    position : int
        Of the rung on the ladder.
    share : float
        Of the rung's results, the most that may climb.
    climbed : set of Configuration
        Those that have.

    Returns
    -------
    Configuration or None
        None where enough have climbed, and where the others failed or are not good enough.
    """
    losses = archive.losses
    told = np.flatnonzero((archive.rungs == position) & ~np.isnan(losses))
    places = math.floor(len(told) * share + _ROUNDING)
    if not places or sum(archive[int(n)].configuration in climbed for n in told) >= places:
        return None
    for number in told[np.argsort(losses[told], kind="stable")][:places]:
        configuration = archive[number].configuration
        if np.isfinite(losses[number]) and configuration not in climbed:
            return configuration
    return None
