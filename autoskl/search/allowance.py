"""Time and trials left: one object answers whether the search may go on."""

from __future__ import annotations

import math

from autoskl.core.clock import Clock

_LEAST_RESERVE = 0.3
_LEAST_SHARE = 0.01
_UNMEASURED_SECONDS = 0.1
"""What nothing measures beforehand: the last messages, and the way back to the caller."""

_RESERVE_FACTOR = 1.5
_LARGEST_SHARE = 0.15


class Allowance:
    """What is left of the time and the trials that the user gave.

    Parameters
    ----------
    clock : Clock
    started : float
        Moment of the clock from which the limit counts.
    time_limit : float or None
        Seconds for everything, clean-up included.
    n_trials : int or None
        Distinct configurations.
    closing_seconds : float, default=0.0
        What else is to be done at the end, such as writing to a store.
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
        """Seconds since the start."""
        return self._clock() - self._started

    def set_tail(self, seconds: float) -> None:
        """Tell how long ensemble, loading, tables and shutdown would take now, as measured."""
        self._tail_seconds = seconds

    @property
    def reserve(self) -> float:
        """Seconds kept back for the tail, never more than 15 % of the limit."""
        if self.time_limit is None:
            return 0.0
        wanted = _UNMEASURED_SECONDS + _RESERVE_FACTOR * self._tail_seconds
        least = max(_LEAST_RESERVE, _LEAST_SHARE * self.time_limit)
        reserve = max(wanted, least) + self._closing_seconds
        return min(reserve, _LARGEST_SHARE * self.time_limit)

    def seconds_left(self) -> float:
        """Seconds until the last unit must be over; infinite without a limit."""
        if self.time_limit is None:
            return math.inf
        return self.time_limit - self.reserve - self.elapsed()

    def share_used(self) -> float:
        """Share of the time that is gone, 0 without a limit."""
        return 0.0 if self.time_limit is None else min(1.0, self.elapsed() / self.time_limit)

    def may_ask(self, n_asked: int) -> bool:
        """Whether another configuration may be started after ``n_asked`` of them."""
        return (self.n_trials is None or n_asked < self.n_trials) and self.seconds_left() > 0
