"""Counts trials since the last improvement."""

from __future__ import annotations

import math


class Patience:
    """Counts trials that completed or failed since the ensemble last improved.

    Parameters
    ----------
    limit : int or None
        Number of trials without an improvement after which the search stops; None for never.

    Attributes
    ----------
    n_stale : int
        Trials since the last improvement.
    best_loss : float
        Best loss of the ensemble so far; infinite before the first one.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self.n_stale = 0
        self.best_loss = math.inf

    @property
    def is_spent(self) -> bool:
        """Whether the limit is reached."""
        return self._limit is not None and self.n_stale >= self._limit

    def count(self, loss: float, *, settled: bool) -> None:
        """Count a trial if it is settled and the ensemble's loss has not improved."""
        if loss < self.best_loss:
            self.best_loss, self.n_stale = loss, 0
        elif settled:
            self.n_stale += 1

    def restore(self, n_stale: int, best_loss: float) -> None:
        """Restore the count of an earlier session."""
        self.n_stale, self.best_loss = n_stale, best_loss
