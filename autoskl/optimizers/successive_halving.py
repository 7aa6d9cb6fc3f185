"""Successive halving: the most aggressive bracket of Hyperband, repeated."""

from __future__ import annotations

from autoskl.optimizers.hyperband import Hyperband


class SuccessiveHalving(Hyperband):
    """Starts all configurations at the lowest fidelity and promotes the best ``1/eta``.

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
    K. Jamieson, A. Talwalkar: Non-stochastic best arm identification and hyperparameter
    optimization. AISTATS 2016.
    """

    name = "successive-halving"

    def n_halvings(self, number: int) -> int:
        """Return the number of halvings of a bracket: always the maximum."""
        return len(self.ladder.rungs) - 1
