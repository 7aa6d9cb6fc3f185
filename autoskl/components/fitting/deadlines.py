"""Deadlines of single fits, which are not parameters of the estimator."""

from __future__ import annotations

import time
from typing import Any, TypeVar

from autoskl.components.component import Context

Estimator = TypeVar("Estimator", bound="DeadlineMixin")


class DeadlineMixin:
    """Mixin for estimators whose next fit has a deadline and may keep out-of-bag predictions.

    The fit consumes these settings, so that a later fit, a clone or an unpickled copy has no
    deadline.
    """

    _fit_context: tuple[float | None, bool] = (None, False)

    def with_context(self: Estimator, context: Context) -> Estimator:
        """Set deadline and out-of-bag predictions of the next fit, and return the estimator."""
        self._fit_context = (context.deadline, context.out_of_bag)
        return self

    def _pop_fit_context(self) -> tuple[float | None, bool]:
        """Return, and reset, the deadline and whether out-of-bag predictions are wanted."""
        fit_context = self._fit_context
        self.__dict__.pop("_fit_context", None)
        return fit_context

    def __getstate__(self) -> Any:
        parent: Any = super()
        state = dict(parent.__getstate__())
        state.pop("_fit_context", None)
        return state


def seconds_until(deadline: float | None) -> float:
    """Return the seconds left, infinite without a deadline."""
    return float("inf") if deadline is None else deadline - time.monotonic()


class StepTimer:
    """Decides whether there is time for another step, from the durations of the previous ones.

    Parameters
    ----------
    deadline : float or None
        Time on the monotonic clock, in seconds, after which no step should end.
    """

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._longest = 0.0
        self._last = time.monotonic()

    def allows_another(self) -> bool:
        """Record the end of a step and return whether there is time for the next."""
        now = time.monotonic()
        # The duration of steps may change, so older steps count less.
        self._longest, self._last = max(0.9 * self._longest, now - self._last), now
        return seconds_until(self._deadline) >= self._longest
