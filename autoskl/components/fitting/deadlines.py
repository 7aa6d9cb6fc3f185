"""Deadlines of single fits, which are not parameters of the estimator."""

from __future__ import annotations

import time
from typing import Any, NamedTuple, TypeVar

from autoskl.components.component import Context

Estimator = TypeVar("Estimator", bound="DeadlineMixin")


class FitContext(NamedTuple):
    """What an estimator knows about its next fit; see `Context`."""

    deadline: float | None = None
    out_of_bag: bool = False
    is_sole_fold: bool = False


class DeadlineMixin:
    """Mixin for estimators whose next fit has a deadline and may keep out-of-bag predictions.

    The fit consumes these settings, so that a later fit, a clone or an unpickled copy has no
    deadline.
    """

    _fit_context = FitContext()

    def with_context(self: Estimator, context: Context) -> Estimator:
        """Set what the next fit depends on, and return the estimator."""
        self._fit_context = FitContext(context.deadline, context.out_of_bag, context.is_sole_fold)
        return self

    def _pop_fit_context(self) -> FitContext:
        """Return, and reset, what the next fit depends on."""
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
