"""Raises the learning rate of boosted trees whose rounds would end before they converge."""

from __future__ import annotations

import math
import time

from autoskl.components.fitting.deadlines import seconds_until

_TYPICAL_SUM, _TYPICAL_ROWS, _GROWTH = 16.0, 10_000, 0.25
"""Boosting has about converged when the learning rates of its rounds sum to 16 on 10,000 rows, and
to 50 on a million (`benchmarks/README.md`, "Large table")."""

_MAX_RATE = 0.3
_MIN_ROUNDS = 5
"""Number of rounds that are measured before the first change."""

_LEAST_CHANGE = math.log(1.2)
"""Smaller changes are not worth resetting a library's parameters."""

_MEMORY = 0.9


class BudgetAwareLearningRate:
    """The learning rate with which boosting about converges by its deadline.

    Trees of a low learning rate that are cut off after a fraction of their rounds underfit. With
    more time than that, the rate stays as it is. Budget-aware schedules of networks are described
    in M. Li, E. Yumer, D. Ramanan. "Budgeted training: Rethinking deep neural network training
    under resource constraints". ICLR, 2020.

    Parameters
    ----------
    own : float
        The learning rate of the configuration, which is the lowest.
    n_rows : int
        Number of training rows.
    deadline : float or None
        Time on the monotonic clock, in seconds, of the last round; None never changes the rate.
    """

    def __init__(self, own: float, n_rows: int, deadline: float | None) -> None:
        self._own = own
        self._rate: float = own
        self._needed = _TYPICAL_SUM * (n_rows / _TYPICAL_ROWS) ** _GROWTH
        self._deadline = deadline
        self._rounds = 0
        self._seconds: float = 0.0
        self._last: float = 0.0

    def change(self) -> float | None:
        """Record the end of a round, and return the rate of the next ones if it is another."""
        if self._deadline is None:
            return None
        now = time.monotonic()
        if self._rounds:  # the first one includes the binning of the rows
            weight = 1.0 if self._rounds == 1 else 1 - _MEMORY
            self._seconds += weight * (now - self._last - self._seconds)
        self._last = now
        self._rounds += 1
        self._needed -= self._rate
        if self._rounds < _MIN_ROUNDS:
            return None
        rounds_left = max(seconds_until(self._deadline) / max(self._seconds, 1e-9), 1.0)
        rate: float = max(self._own, min(self._needed / rounds_left, _MAX_RATE))
        if abs(math.log(rate / self._rate)) < _LEAST_CHANGE:
            return None
        self._rate = rate
        return rate
