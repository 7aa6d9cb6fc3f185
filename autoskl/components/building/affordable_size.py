"""Reduces the size of a fit to what the time left allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from autoskl.components.component import Context

Setting = TypeVar("Setting")


def affordable(context: Context, seconds_each: float, maximum: int, minimum: int = 1) -> int:
    """Return how many iterations fit into the time left, between ``minimum`` and ``maximum``.

    Parameters
    ----------
    context : Context
    seconds_each : float
        Cautious estimate of the seconds of one iteration.
    maximum, minimum : int
    """
    return int(min(max(context.seconds_left() / seconds_each, minimum), maximum))


def first_affordable(
    context: Context, settings: Iterable[Setting], seconds_of: Callable[[Setting], float]
) -> Setting:
    """Return the first setting whose fit does not exceed the time left, else the last one.

    Parameters
    ----------
    context : Context
    settings : iterable
        The requested setting, then ever faster ones.
    seconds_of : callable
        Maps a setting to the minimum seconds it needs to be useful.
    """
    seconds = context.seconds_left()
    for setting in settings:
        if seconds_of(setting) <= seconds:
            break
    return setting


def halvings(value: int, minimum: int) -> list[int]:
    """Return a value, its half and so on, down to ``minimum`` if that is smaller."""
    values = [value]
    while values[-1] > minimum:
        values.append(max(values[-1] // 2, minimum))
    return values


def affordable_rows(
    context: Context, seconds_of: Callable[[int], float], maximum: int, minimum: int = 200
) -> int:
    """Return how many rows fit into half the time left, for fits that cannot be interrupted.

    Parameters
    ----------
    context : Context
    seconds_of : callable
        Maps a number of rows to the seconds of a fit; must be increasing.
    maximum, minimum : int
    """
    seconds = context.seconds_left() / 2
    if seconds_of(maximum) <= seconds:
        return maximum
    low, high = minimum, maximum
    while high - low > 1:
        middle = (low + high) // 2
        if seconds_of(middle) <= seconds:
            low = middle
        else:
            high = middle
    return low
