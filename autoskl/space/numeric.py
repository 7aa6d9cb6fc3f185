"""Numeric hyperparameters: real numbers and integers between bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from autoskl.space.checks import as_number, finite_number, prior_weights, wrong_value
from autoskl.space.kind import Kind

MAX_INTEGER = 2**40
"""Beyond this, float64 cannot tell neighbouring integers apart on a logarithmic unit scale."""


@dataclass(frozen=True, slots=True)
class Real:
    """A real number.

    Attributes
    ----------
    name : str
    lower, upper : float
        Inclusive bounds.
    default : float
    log : bool, default=False
        Whether its scale is logarithmic; requires ``lower > 0``.
    weights : tuple of float or None
        Positive prior weights of equal bins of the (logarithmic) scale, from its lower end; None
        for a uniform prior on that scale.
    """

    name: str
    lower: float
    upper: float
    default: float
    log: bool = False
    weights: tuple[float, ...] | None = None
    kind: ClassVar[Kind] = Kind.REAL
    levels: ClassVar[None] = None

    def __post_init__(self) -> None:
        for field in ("lower", "upper", "default"):
            object.__setattr__(self, field, finite_number(self.name, field, getattr(self, field)))
        _check_bounds(self, positive=self.lower > 0)
        if not math.isfinite(self.upper - self.lower):
            raise ValueError(f"The bounds of hyperparameter {self.name!r} are too far apart.")

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"a number from {self.lower!r} to {self.upper!r}"

    def check(self, value: Any) -> float:
        """Return a value as a float.

        Parameters
        ----------
        value : object

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If it is not allowed.
        """
        number = as_number(value)
        if number is None or not self.lower <= number <= self.upper:
            raise wrong_value(self.name, self.allowed, value)
        return float(number)


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer.

    Attributes
    ----------
    name : str
    lower, upper : int
        Inclusive bounds, at most 2**40 in absolute value.
    default : int
    log : bool, default=False
        Whether its scale is logarithmic; requires ``lower >= 1``.
    weights : tuple of float or None
        Positive prior weights of equal bins of the (logarithmic) scale, from its lower end; None
        for a uniform prior on that scale.
    """

    name: str
    lower: int
    upper: int
    default: int
    log: bool = False
    weights: tuple[float, ...] | None = None
    kind: ClassVar[Kind] = Kind.INTEGER

    def __post_init__(self) -> None:
        for field in ("lower", "upper", "default"):
            number = finite_number(self.name, field, getattr(self, field))
            if number != int(number):
                raise ValueError(
                    f"{field!r} of hyperparameter {self.name!r} must be whole. Got {number!r}."
                )
            object.__setattr__(self, field, int(number))
        _check_bounds(self, positive=self.lower >= 1)
        if max(abs(self.lower), abs(self.upper)) > MAX_INTEGER:
            raise ValueError(
                f"The bounds of hyperparameter {self.name!r} must not exceed 2**40 in absolute "
                f"value. Got {self.lower} and {self.upper}."
            )

    @property
    def levels(self) -> Sequence[int]:
        """All values, in ascending order."""
        return range(self.lower, self.upper + 1)

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"an integer from {self.lower} to {self.upper}"

    def check(self, value: Any) -> int:
        """Return a value as an int.

        Parameters
        ----------
        value : object
            3.0 is accepted as 3; True is not accepted as 1.

        Returns
        -------
        int

        Raises
        ------
        ValueError
            If it is not allowed.
        """
        number = as_number(value)
        if number is None or not self.lower <= number <= self.upper or number != int(number):
            raise wrong_value(self.name, self.allowed, value)
        return int(number)


def _check_bounds(parameter: Real | Integer, *, positive: bool) -> None:
    object.__setattr__(parameter, "log", bool(parameter.log))
    lower, upper, default = parameter.lower, parameter.upper, parameter.default
    if not lower <= default <= upper:
        raise ValueError(
            f"Hyperparameter {parameter.name!r} must have lower <= default <= upper. "
            f"Got {lower!r}, {default!r} and {upper!r}."
        )
    if parameter.log and not positive:
        raise ValueError(
            f"Hyperparameter {parameter.name!r} has a logarithmic scale, so its lower bound must "
            f"be positive. Got {lower!r}."
        )
    if parameter.weights is not None:
        weights = prior_weights(parameter.name, parameter.weights)
        if min(weights) == 0:
            raise ValueError(
                f"Weights of hyperparameter {parameter.name!r} must all be positive; narrow its "
                f"bounds to exclude a part of its scale. Got {parameter.weights!r}."
            )
        object.__setattr__(parameter, "weights", weights)
