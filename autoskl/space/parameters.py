"""Hyperparameters: a name and the values that it may take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, ClassVar

from autoskl.core.configuration import Value
from autoskl.space.values import plain, position


class Kind(StrEnum):
    """What can be done with the values of a hyperparameter."""

    REAL = "real"
    INTEGER = "integer"
    ORDINAL = "ordinal"
    CHOICE = "choice"
    CONSTANT = "constant"


class Unset(Enum):
    """Type of the default of `ordinal` and `choice`, where None is a value like any other."""

    UNSET = "unset"


UNSET = Unset.UNSET

LARGEST_INTEGER = 2**40
"""Beyond this, float64 no longer keeps neighbouring integers apart on a logarithmic unit scale."""


@dataclass(frozen=True, slots=True)
class Real:
    """A real number, uniform or uniform in its logarithm.

    Attributes
    ----------
    name : str
    lower, upper : float
        Bounds, both allowed.
    default : float
    log : bool, default=False
        Whether ratios matter rather than differences; needs ``lower > 0``.
    """

    name: str
    lower: float
    upper: float
    default: float
    log: bool = False
    kind: ClassVar[Kind] = Kind.REAL
    levels: ClassVar[None] = None

    def __post_init__(self) -> None:
        for field in ("lower", "upper", "default"):
            object.__setattr__(self, field, _number(self.name, field, getattr(self, field)))
        _check_bounds(self, positive=self.lower > 0)

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"a number from {self.lower!r} to {self.upper!r}"

    def check(self, value: Any) -> float:
        """Return the value as a float, or raise ValueError."""
        number = _as_number(value)
        if number is None or not self.lower <= number <= self.upper:
            raise _wrong(self, value)
        return float(number)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, uniform or uniform in its logarithm.

    Attributes
    ----------
    name : str
    lower, upper : int
        Bounds, both allowed; at most 2**40 in size.
    default : int
    log : bool, default=False
        Whether ratios matter rather than differences; needs ``lower >= 1``.
    """

    name: str
    lower: int
    upper: int
    default: int
    log: bool = False
    kind: ClassVar[Kind] = Kind.INTEGER

    def __post_init__(self) -> None:
        for field in ("lower", "upper", "default"):
            number = _number(self.name, field, getattr(self, field))
            if number != int(number):
                raise ValueError(
                    f"{field!r} of hyperparameter {self.name!r} must be whole. Got {number!r}."
                )
            object.__setattr__(self, field, int(number))
        _check_bounds(self, positive=self.lower >= 1)
        if max(abs(self.lower), abs(self.upper)) > LARGEST_INTEGER:
            raise ValueError(
                f"Bounds of hyperparameter {self.name!r} must not exceed 2**40 in size. "
                f"Got {self.lower} and {self.upper}."
            )

    @property
    def levels(self) -> Sequence[int]:
        """All values, in order."""
        return range(self.lower, self.upper + 1)

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"an integer from {self.lower} to {self.upper}"

    def check(self, value: Any) -> int:
        """Return the value as an int, or raise ValueError; 3.0 is taken for 3, True is not 1."""
        number = _as_number(value)
        if number is None or not self.lower <= number <= self.upper or number != int(number):
            raise _wrong(self, value)
        return int(number)


@dataclass(frozen=True, slots=True)
class Ordinal:
    """One of several values that stand in an order.

    Attributes
    ----------
    name : str
    values : tuple of bool, int, float, str or None
    default : bool, int, float, str or None
    """

    name: str
    values: tuple[Value, ...]
    default: Value
    kind: ClassVar[Kind] = Kind.ORDINAL

    def __post_init__(self) -> None:
        _check_values(self)

    @property
    def levels(self) -> Sequence[Value]:
        """All values, in order."""
        return self.values

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"one of {', '.join(map(repr, self.values))}"

    def check(self, value: Any) -> Value:
        """Return the value as it was declared, or raise ValueError."""
        return _check_level(self, value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values without an order.

    Attributes
    ----------
    name : str
    values : tuple of bool, int, float, str or None
    default : bool, int, float, str or None
    weights : tuple of float or None
        Prior weights of the values when configurations are sampled, None for equal ones. A value
        of weight 0 is never sampled but may be given.
    """

    name: str
    values: tuple[Value, ...]
    default: Value
    weights: tuple[float, ...] | None = None
    kind: ClassVar[Kind] = Kind.CHOICE

    def __post_init__(self) -> None:
        _check_values(self)
        if self.weights is None:
            return
        weights = tuple(_number(self.name, "weights", weight) for weight in self.weights)
        if len(weights) != len(self.values) or min(weights) < 0 or sum(weights) <= 0:
            raise ValueError(
                f"Weights of hyperparameter {self.name!r} must be {len(self.values)} numbers, "
                f"none negative and not all zero. Got {self.weights!r}."
            )
        object.__setattr__(self, "weights", weights)

    @property
    def levels(self) -> Sequence[Value]:
        """All values."""
        return self.values

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"one of {', '.join(map(repr, self.values))}"

    def check(self, value: Any) -> Value:
        """Return the value as it was declared, or raise ValueError."""
        return _check_level(self, value)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is always the same.

    Attributes
    ----------
    name : str
    value : bool, int, float, str or None
    """

    name: str
    value: Value
    kind: ClassVar[Kind] = Kind.CONSTANT

    def __post_init__(self) -> None:
        _check_name(self.name)
        object.__setattr__(self, "value", plain(self.value))

    @property
    def default(self) -> Value:
        """The value."""
        return self.value

    @property
    def levels(self) -> Sequence[Value]:
        """The one value."""
        return (self.value,)

    @property
    def allowed(self) -> str:
        """The value it takes, in words."""
        return repr(self.value)

    def check(self, value: Any) -> Value:
        """Return the value as it was declared, or raise ValueError."""
        return _check_level(self, value)


Parameter = Real | Integer | Ordinal | Choice | Constant


def real(
    name: str, lower: float, upper: float, default: float | None = None, *, log: bool = False
) -> Real:
    """Return a real hyperparameter; the default is the middle of its scale.

    Examples
    --------
    >>> from autoskl.space.parameters import real
    >>> real("C", 0.01, 100.0, log=True).default
    1.0
    """
    if default is None:
        default = _middle(lower, upper, log)
    return Real(name, lower, upper, default, log)


def integer(
    name: str, lower: int, upper: int, default: int | None = None, *, log: bool = False
) -> Integer:
    """Return a hyperparameter of whole numbers; the default is the middle of its scale."""
    if default is None:
        default = round(_middle(lower, upper, log))
    return Integer(name, lower, upper, default, log)


def ordinal(name: str, values: Iterable[Value], default: Value | Unset = UNSET) -> Ordinal:
    """Return a hyperparameter with ordered values; the default is the first."""
    ordered = tuple(values)
    return Ordinal(name, ordered, _first(name, ordered) if default is UNSET else default)


def choice(
    name: str,
    values: Iterable[Value],
    default: Value | Unset = UNSET,
    *,
    weights: Iterable[float] | None = None,
) -> Choice:
    """Return a hyperparameter with unordered values; the default is the first."""
    listed = tuple(values)
    return Choice(
        name,
        listed,
        _first(name, listed) if default is UNSET else default,
        None if weights is None else tuple(weights),
    )


def constant(name: str, value: Value) -> Constant:
    """Return a hyperparameter that never changes."""
    return Constant(name, value)


def level_of(parameter: Parameter, value: Value) -> int:
    """Return where a value stands among the levels, -1 if it does not or there are none."""
    if isinstance(parameter, Real):
        return -1
    if isinstance(parameter, Integer):
        if not isinstance(value, int) or isinstance(value, bool):
            return -1
        return value - parameter.lower if parameter.lower <= value <= parameter.upper else -1
    return position(tuple(parameter.levels), value)


def _middle(lower: float, upper: float, log: bool) -> float:
    if log and lower > 0 and upper > 0:
        # Rounded so that the middle of 0.01 and 100 is 1 and not its neighbour.
        middle = float(f"{math.exp((math.log(lower) + math.log(upper)) / 2):.12g}")
    else:
        middle = lower + (upper - lower) / 2
    return min(max(middle, lower), upper)


def _first(name: str, values: tuple[Value, ...]) -> Value:
    if not values:
        raise ValueError(f"Hyperparameter {name!r} must have at least one value.")
    return values[0]


def _check_name(name: Any) -> None:
    if not isinstance(name, str) or not name:
        raise ValueError(f"The name of a hyperparameter must be a non-empty str. Got {name!r}.")


def _as_number(value: Any) -> int | float | None:
    try:
        value = plain(value)
    except (TypeError, ValueError):
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _number(name: str, field: str, value: Any) -> float:
    _check_name(name)
    number = _as_number(value)
    if number is None:
        raise ValueError(
            f"{field!r} of hyperparameter {name!r} must be a finite number. Got {value!r}."
        )
    return float(number)


def _check_bounds(parameter: Real | Integer, *, positive: bool) -> None:
    lower, upper, default = parameter.lower, parameter.upper, parameter.default
    if not lower <= default <= upper:
        raise ValueError(
            f"Hyperparameter {parameter.name!r} must have lower <= default <= upper. "
            f"Got {lower!r}, {default!r} and {upper!r}."
        )
    if parameter.log and not positive:
        raise ValueError(
            f"Hyperparameter {parameter.name!r} has a logarithmic scale, so that its lower bound "
            f"must be positive. Got {lower!r}."
        )


def _check_values(parameter: Ordinal | Choice) -> None:
    _check_name(parameter.name)
    values = tuple(plain(value) for value in parameter.values)
    _first(parameter.name, values)
    for i, value in enumerate(values):
        if position(values, value) != i:
            raise ValueError(f"Hyperparameter {parameter.name!r} has the value {value!r} twice.")
    object.__setattr__(parameter, "values", values)
    object.__setattr__(parameter, "default", parameter.check(parameter.default))


def _check_level(parameter: Ordinal | Choice | Constant, value: Any) -> Value:
    levels = tuple(parameter.levels)
    try:
        where = position(levels, plain(value))
    except (TypeError, ValueError):
        where = -1
    if where < 0:
        raise _wrong(parameter, value)
    return levels[where]


def _wrong(parameter: Parameter, value: Any) -> ValueError:
    return ValueError(
        f"Hyperparameter {parameter.name!r} must be {parameter.allowed}. Got {value!r}."
    )
