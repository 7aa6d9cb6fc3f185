"""How much of what was asked for can be fitted in the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from autoskl.components.component import Context

Form = TypeVar("Form")


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
