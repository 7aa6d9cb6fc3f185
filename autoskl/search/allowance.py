"""The allowance of a search: how much time and how many trials are left."""

from __future__ import annotations

import math

from autoskl.core.clock import Clock

_MIN_RESERVE = 0.3
_MIN_SHARE = 0.01
_UNMEASURED_SECONDS = 0.1
"""Time to deliver the last results and return."""

_RESERVE_FACTOR = 1.5
_MAX_GRACE = 1.0
_MAX_SHARE = 0.15


class Allowance:
    """Time and trials that are left of what the user allowed.

    Parameters
    ----------
    clock : Clock
    started : float
        Time on the clock from which the limit counts.
    time_limit : float or None
        Seconds for the whole fit, clean-up included.
    n_trials : int or None
        Maximum number of distinct configurations.
    closing_seconds : float, default=0.0
        Time for anything else at the end, such as writing to a store.
    """

    def __init__(
        self,
        clock: Clock,
        started: float,
        time_limit: float | None,
        n_trials: int | None,
        closing_seconds: float = 0.0,
    ) -> None:
        self._clock = clock
        self._started = started
        self._tail_seconds = 0.0
        self._closing_seconds = closing_seconds
        self.time_limit = time_limit
        self.n_trials = n_trials

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return self._clock() - self._started

    def set_tail(self, seconds: float) -> None:
        """Set the measured time of ensembling, loading, tables and shutdown."""
        self._tail_seconds = seconds

    @property
    def reserve(self) -> float:
        """Seconds reserved for the tail, at most 15 % of the limit."""
        if self.time_limit is None:
            return 0.0
        expected = _UNMEASURED_SECONDS + _RESERVE_FACTOR * self._tail_seconds
        minimum = max(_MIN_RESERVE, _MIN_SHARE * self.time_limit)
        reserve = max(expected, minimum) + self._closing_seconds
        return min(reserve, _MAX_SHARE * self.time_limit)

    @property
    def grace(self) -> float:
        """Seconds that results may come late, out of a long reserve, which is generous.

        The result of a fit that has stopped in time would otherwise be lost if it takes longer than
        usual to deliver.
        """
        return min(max(self.reserve / 2 - 1.0, 0.0), _MAX_GRACE)

    def seconds_left(self) -> float:
        """Return the seconds until the last unit must end; infinite without a limit."""
        if self.time_limit is None:
            return math.inf
        return self.time_limit - self.reserve - self.elapsed()

    def share_used(self) -> float:
        """Return the share of the time that has passed, 0 without a limit."""
        return 0.0 if self.time_limit is None else min(1.0, self.elapsed() / self.time_limit)

    def may_ask(self, n_asked: int) -> bool:
        """Return whether another configuration may be started after ``n_asked`` of them."""
        return (self.n_trials is None or n_asked < self.n_trials) and self.seconds_left() > 0
