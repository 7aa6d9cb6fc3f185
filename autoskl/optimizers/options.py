"""Checks of the options of optimizers; each returns the value as a plain Python value."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any


def check_count(name: str, value: Any, minimum: int = 1) -> int:
    """Return an integer that is not below a minimum.

    Parameters
    ----------
    name : str
        Name of the option, for the message.
    value : object
    minimum : int, default=1

    Raises
    ------
    ValueError
        If it is smaller, or not an integer.
    """
    if not _is_integer(value) or value < minimum:
        raise ValueError(f"{name} must be an integer of at least {minimum}. Got {value!r}.")
    return int(value)


def check_integer(name: str, value: Any) -> int:
    """Return any integer; ValueError for everything else."""
    if not _is_integer(value):
        raise ValueError(f"{name} must be an integer. Got {value!r}.")
    return int(value)


def check_share(name: str, value: Any) -> float:
    """Return a number between 0 and 1, both included; ValueError for everything else."""
    number = _as_float(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{name} must be a number between 0 and 1. Got {value!r}.")
    return number


def check_number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    at_least: float = 0.0,
    at_most: float | None = None,
) -> float:
    """Return a number within limits.

    Parameters
    ----------
    name : str
        Name of the option, for the message.
    value : object
    above : float, optional
        Number that it must exceed, instead of ``at_least``.
    at_least : float, default=0.0
        Smallest number allowed.
    at_most : float, optional
        Largest number allowed, which may be infinite. By default any finite one.

    Raises
    ------
    ValueError
        If it is outside of the limits, NaN, or not a number.
    """
    number = _as_float(value)
    is_large = number >= at_least if above is None else number > above
    is_small = number < math.inf if at_most is None else number <= at_most
    if not (is_large and is_small):
        kind = "a finite number" if at_most is None else "a number"
        lower = f"of at least {at_least:g}" if above is None else f"above {above:g}"
        upper = "" if at_most in (None, math.inf) else f" and at most {at_most:g}"
        raise ValueError(f"{name} must be {kind} {lower}{upper}. Got {value!r}.")
    return number


def check_flag(name: str, value: Any) -> bool:
    """Return True or False; ValueError for everything else."""
    if value is not True and value is not False:
        raise ValueError(f"{name} must be True or False. Got {value!r}.")
    return value


def check_name(name: str, value: Any, known: Iterable[str]) -> str:
    """Return one of the known names; ValueError, with all of them, for everything else."""
    known = tuple(known)
    if not isinstance(value, str) or value not in known:
        listed = ", ".join(map(repr, known))
        raise ValueError(f"{name} must be one of {listed}. Got {value!r}.")
    return value


def _is_integer(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _as_float(value: Any) -> float:
    """Return a number as a float, and NaN, which is within no limits, for everything else."""
    is_number = isinstance(value, Real) and value is not True and value is not False
    return float(value) if is_number else math.nan
