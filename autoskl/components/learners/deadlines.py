"""Fits with a deadline, which holds for one of them only and is no parameter of the estimator."""

from __future__ import annotations

import time
from typing import Any, TypeVar

from autoskl.components.component import Context

Estimator = TypeVar("Estimator", bound="OneFit")


class OneFit:
    """An estimator whose next fit has a deadline and may be asked for out-of-bag predictions.

    The fit takes the circumstances away, so that a later one, a clone or an unpickled copy runs
    without a deadline.
    """

    _circumstances: tuple[float | None, bool] = (None, False)

    def under(self: Estimator, context: Context) -> Estimator:
        """Set the circumstances of the next fit and return the estimator."""
        self._circumstances = (context.deadline, context.out_of_bag)
        return self

    def _take_circumstances(self) -> tuple[float | None, bool]:
        """Return deadline and whether out-of-bag predictions are wanted; forget both."""
        circumstances = self._circumstances
        self.__dict__.pop("_circumstances", None)
        return circumstances

    def __getstate__(self) -> Any:
        parent: Any = super()
        state = dict(parent.__getstate__())
        state.pop("_circumstances", None)
        return state


def seconds_until(deadline: float | None) -> float:
    """Seconds left, infinite without a deadline."""
    return float("inf") if deadline is None else deadline - time.monotonic()


class Pace:
    """Whether there is time for one more step, by how long the steps before took.

    Parameters
    ----------
    deadline : float or None
        No step should start that would end after this moment of `time.monotonic`.
    """

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._longest = 0.0
        self._since = time.monotonic()

    def allows_another(self) -> bool:
        """Take note of the end of a step and return whether there is time for the next."""
        now = time.monotonic()
        # Later steps may be slower or quicker: what was long ago counts less.
        self._longest, self._since = max(0.9 * self._longest, now - self._since), now
        return seconds_until(self._deadline) >= self._longest
