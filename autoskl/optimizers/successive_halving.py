"""Successive halving: the most aggressive bracket of Hyperband, over and over."""

from __future__ import annotations

from autoskl.optimizers.hyperband import Hyperband


class SuccessiveHalving(Hyperband):
    """Starts all configurations at the lowest fidelity and continues the best ``1/eta``.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.

    References
    ----------
    K. Jamieson, A. Talwalkar: Non-stochastic best arm identification and hyperparameter
    optimization. AISTATS 2016.
    """

    name = "successive-halving"

    def halvings(self, number: int) -> int:
        """Return how often a bracket halves: always as often as possible."""
        return len(self.ladder.rungs) - 1
