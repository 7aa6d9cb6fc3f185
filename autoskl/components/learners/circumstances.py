"""What holds for one fit only, and so is neither a parameter of an estimator nor cloned with it."""

from __future__ import annotations

import time
from collections.abc import Callable
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


def affordable(context: Context, seconds_each: float, most: int, least: int = 1) -> int:
    """Return how many iterations fit into the time left, between ``least`` and ``most``.

    Parameters
    ----------
    context : Context
    seconds_each : float
        Of one iteration, by a cautious guess.
    most, least : int
    """
    return int(min(max(context.seconds_left() / seconds_each, least), most))


def affordable_rows(
    context: Context, seconds_of: Callable[[int], float], most: int, least: int = 200
) -> int:
    """Return how many rows can be fitted in half of the time left, for fits that cannot be stopped.

    Parameters
    ----------
    context : Context
    seconds_of : callable
        From a number of rows to the seconds of a fit, which rise with it.
    most, least : int
    """
    seconds = context.seconds_left() / 2
    if seconds_of(most) <= seconds:
        return most
    while most - least > 1:
        middle = (most + least) // 2
        if seconds_of(middle) <= seconds:
            least = middle
        else:
            most = middle
    return least
