"""What holds for one fit only, and so is neither a parameter of an estimator nor cloned with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from autoskl.components.component import Context

Estimator = TypeVar("Estimator", bound="OneFit")
Form = TypeVar("Form")


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


def affordable_form(
    context: Context, forms: Iterable[Form], seconds_of: Callable[[Form], float]
) -> Form:
    """Return the first form of a fit that does not take longer than the time left, else the last.

    Parameters
    ----------
    context : Context
    forms : iterable
        What was asked for first, then quicker forms of it.
    seconds_of : callable
        From a form to the seconds without which it is of no use.
    """
    seconds = context.seconds_left()
    for form in forms:
        if seconds_of(form) <= seconds:
            break
    return form


def halved(value: int, least: int) -> list[int]:
    """Return a value, its half and so on, with ``least`` at the end if that is smaller."""
    values = [value]
    while values[-1] > least:
        values.append(max(values[-1] // 2, least))
    return values


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
