"""How long nothing has become better."""

from __future__ import annotations

import math


class Patience:
    """Counts trials that are complete or failed since the ensemble last became better.

    Parameters
    ----------
    most : int or None
        Trials without a better ensemble after which it is spent; None for never.

    Attributes
    ----------
    n_stale : int
        Trials since the last improvement.
    best_loss : float
        Of the ensemble; infinite before the first one.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self.n_stale = 0
        self.best_loss = math.inf

    @property
    def is_spent(self) -> bool:
        """Whether nothing has become better for long enough."""
        return self._most is not None and self.n_stale >= self._most

    def count(self, loss: float, *, settled: bool) -> None:
        """Take in the ensemble's loss after results, with which a trial may be settled."""
        if loss < self.best_loss:
            self.best_loss, self.n_stale = loss, 0
        elif settled:
            self.n_stale += 1

    def restore(self, n_stale: int, best_loss: float) -> None:
        """Go on from what an earlier session had counted."""
        self.n_stale, self.best_loss = n_stale, best_loss
