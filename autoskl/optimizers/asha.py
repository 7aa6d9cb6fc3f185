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

    If no new configuration is left, at least one is promoted from each rung, once all results up to
    that rung are known.

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

    def promote_incomplete(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best trial of the lowest rung that is too small to promote ``1/eta``."""
        for position in range(len(self.ladder.rungs) - 1):
            if not _is_complete(self.archive, position):
                return None
            configuration = next_to_promote(
                self.archive, position, 1.0 / self.eta, self._promoted[position], at_least=1
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
    archive: Archive,
    position: int,
    share: float,
    promoted: set[Configuration],
    *,
    at_least: int = 0,
) -> Configuration | None:
    """Return the best configuration of a rung that is to be promoted next.

    A configuration counts once, with its latest result.

    Parameters
    ----------
    archive : Archive
    position : int
        Position of the rung on the ladder.
    share : float
        Largest share of the rung's results to promote.
    promoted : set of Configuration
        Those promoted already.
    at_least : int, default=0
        Number of configurations to promote even if that is more than their share.

    Returns
    -------
    Configuration or None
        None if enough have been promoted, or if the others failed or are not good enough.
    """
    losses = archive.losses
    finished = np.flatnonzero((archive.rungs == position) & ~np.isnan(losses))
    latest = {archive[int(i)].configuration: losses[i] for i in finished}
    n_places = max(robust_floor(len(latest) * share), at_least)
    if sum(configuration in promoted for configuration in latest) >= n_places:
        return None
    for configuration in sorted(latest, key=latest.__getitem__)[:n_places]:
        if np.isfinite(latest[configuration]) and configuration not in promoted:
            return configuration
    return None


def _is_complete(archive: Archive, position: int) -> bool:
    """Return whether a result of each configuration is known, on a rung and on those below."""
    known = ~np.isnan(archive.losses)
    started = np.flatnonzero(archive.rungs <= position).tolist()
    keys = {i: (archive[i].configuration, int(archive.rungs[i])) for i in started}
    return set(keys.values()) == {key for i, key in keys.items() if known[i]}
