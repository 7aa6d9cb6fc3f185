"""Functions that declare hyperparameters, and the union of their types."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum

from autoskl.core.configuration import Value
from autoskl.space.checks import finite_number
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
    """Declare a real hyperparameter.

    Parameters
    ----------
    name : str
    lower, upper : float
        Inclusive bounds.
    default : float or None, default=None
        None means the middle of the scale.
    log : bool, default=False
        Whether the scale is logarithmic; requires ``lower > 0``.
    weights : iterable of float or None, default=None
        Positive prior weights of equal bins of the (logarithmic) scale, from its lower end; None
        for a uniform prior on that scale.

    Returns
    -------
    Real

    Raises
    ------
    ValueError
        If the name is empty, ``lower <= default <= upper`` does not hold, a logarithmic scale
        starts at 0 or below, or a number is not finite or a weight not positive.

    Examples
    --------
    >>> from autoskl.space.parameters import real
    >>> real("C", 0.01, 100.0, log=True).default
    1.0
    """
    if default is None:
        default = _middle(name, lower, upper, log)
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
    """Declare an integer hyperparameter.

    Parameters
    ----------
    name : str
    lower, upper : int
        Inclusive bounds, at most 2**40 in absolute value.
    default : int or None, default=None
        None means the middle of the scale.
    log : bool, default=False
        Whether the scale is logarithmic; requires ``lower >= 1``.
    weights : iterable of float or None, default=None
        Positive prior weights of equal bins of the (logarithmic) scale, from its lower end; None
        for a uniform prior on that scale.

    Returns
    -------
    Integer

    Raises
    ------
    ValueError
        As for `real`, and if a bound or the default is not whole, or a bound is too large.

    Examples
    --------
    >>> from autoskl.space.parameters import integer
    >>> integer("depth", 1, 8, log=True).default
    3
    """
    if default is None:
        default = round(_middle(name, lower, upper, log))
    return Integer(name, lower, upper, default, log, None if weights is None else tuple(weights))


def ordinal(name: str, values: Iterable[Value], default: Value | Unset = UNSET) -> Ordinal:
    """Declare a hyperparameter with ordered values.

    Parameters
    ----------
    name : str
    values : iterable of bool, int, float, str or None
        In ascending or descending order.
    default : bool, int, float, str or None, optional
        The first value if it is not given.

    Returns
    -------
    Ordinal

    Raises
    ------
    TypeError
        If a value is of another type.
    ValueError
        If the name is empty, there are no values or equal ones, a value is not finite, or the
        default is none of them.

    Examples
    --------
    >>> from autoskl.space.parameters import ordinal
    >>> ordinal("size", ["small", "medium", "large"], "medium").levels
    ('small', 'medium', 'large')
    """
    ordered = tuple(values)
    return Ordinal(name, ordered, first_value(name, ordered) if default is UNSET else default)


def choice(
    name: str,
    values: Iterable[Value],
    default: Value | Unset = UNSET,
    *,
    weights: Iterable[float] | None = None,
) -> Choice:
    """Declare a hyperparameter with unordered values: a categorical one.

    Parameters
    ----------
    name : str
    values : iterable of bool, int, float, str or None
    default : bool, int, float, str or None, optional
        The first value if it is not given.
    weights : iterable of float or None, default=None
        Prior weights for sampling, one per value; None for equal weights. A value of weight 0 is
        never sampled but remains valid.

    Returns
    -------
    Choice

    Raises
    ------
    TypeError
        If a value is of another type.
    ValueError
        As for `ordinal`, and if the weights are not as many as the values, negative or all 0.

    Examples
    --------
    >>> from autoskl.space.parameters import choice
    >>> choice("penalty", ["l1", "l2", None], weights=[1, 2, 1]).default
    'l1'
    """
    listed = tuple(values)
    return Choice(
        name,
        listed,
        first_value(name, listed) if default is UNSET else default,
        None if weights is None else tuple(weights),
    )


def constant(name: str, value: Value) -> Constant:
    """Declare a hyperparameter with a single value.

    Parameters
    ----------
    name : str
    value : bool, int, float, str or None

    Returns
    -------
    Constant

    Raises
    ------
    TypeError
        If the value is of another type.
    ValueError
        If the name is empty or the value not finite.
    """
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


def _middle(name: str, lower: float, upper: float, log: bool) -> float:
    lower, upper = finite_number(name, "lower", lower), finite_number(name, "upper", upper)
    if log and lower > 0 and upper > 0:
        # Rounded so that the middle of 0.01 and 100 is exactly 1.
        middle = float(f"{math.exp((math.log(lower) + math.log(upper)) / 2):.12g}")
    else:
        middle = lower + (upper - lower) / 2
    return min(max(middle, lower), upper)
