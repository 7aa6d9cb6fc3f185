"""Functions that declare hyperparameters, and the union of their types."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum

from autoskl.core.configuration import Value
from autoskl.space.discrete import Choice, Constant, Ordinal, first_value
from autoskl.space.kind import Kind
from autoskl.space.numeric import Integer, Real
from autoskl.space.values import index_of

__all__ = [
    "UNSET",
    "Choice",
    "Constant",
    "Integer",
    "Kind",
    "Ordinal",
    "Parameter",
    "Real",
    "Unset",
    "choice",
    "constant",
    "integer",
    "level_of",
    "ordinal",
    "real",
]

Parameter = Real | Integer | Ordinal | Choice | Constant


class Unset(Enum):
    """Sentinel type for the default of `ordinal` and `choice`, where None is a possible value."""

    UNSET = "unset"


UNSET = Unset.UNSET


def real(
    name: str,
    lower: float,
    upper: float,
    default: float | None = None,
    *,
    log: bool = False,
    weights: Iterable[float] | None = None,
) -> Real:
    """Declare a real hyperparameter; by default, its default is the middle of its scale.

    Examples
    --------
    >>> from autoskl.space.parameters import real
    >>> real("C", 0.01, 100.0, log=True).default
    1.0
    """
    if default is None:
        default = _middle(lower, upper, log)
    return Real(name, lower, upper, default, log, None if weights is None else tuple(weights))


def integer(
    name: str,
    lower: int,
    upper: int,
    default: int | None = None,
    *,
    log: bool = False,
    weights: Iterable[float] | None = None,
) -> Integer:
    """Declare an integer hyperparameter; by default, its default is the middle of its scale."""
    if default is None:
        default = round(_middle(lower, upper, log))
    return Integer(name, lower, upper, default, log, None if weights is None else tuple(weights))


def ordinal(name: str, values: Iterable[Value], default: Value | Unset = UNSET) -> Ordinal:
    """Declare a hyperparameter with ordered values; by default, its default is the first one."""
    ordered = tuple(values)
    return Ordinal(name, ordered, first_value(name, ordered) if default is UNSET else default)


def choice(
    name: str,
    values: Iterable[Value],
    default: Value | Unset = UNSET,
    *,
    weights: Iterable[float] | None = None,
) -> Choice:
    """Declare a hyperparameter with unordered values; by default, its default is the first one."""
    listed = tuple(values)
    return Choice(
        name,
        listed,
        first_value(name, listed) if default is UNSET else default,
        None if weights is None else tuple(weights),
    )


def constant(name: str, value: Value) -> Constant:
    """Declare a hyperparameter with a single value."""
    return Constant(name, value)


def level_of(parameter: Parameter, value: Value) -> int:
    """Return the index of a value among the levels; -1 if absent or if there are no levels."""
    if isinstance(parameter, Real):
        return -1
    if isinstance(parameter, Integer):
        if not isinstance(value, int) or isinstance(value, bool):
            return -1
        return value - parameter.lower if parameter.lower <= value <= parameter.upper else -1
    return index_of(tuple(parameter.levels), value)


def _middle(lower: float, upper: float, log: bool) -> float:
    if log and lower > 0 and upper > 0:
        # Rounded so that the middle of 0.01 and 100 is exactly 1.
        middle = float(f"{math.exp((math.log(lower) + math.log(upper)) / 2):.12g}")
    else:
        middle = lower + (upper - lower) / 2
    return min(max(middle, lower), upper)
