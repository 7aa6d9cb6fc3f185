"""Hyperparameters with an explicit list of values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from autoskl.core.configuration import Value
from autoskl.space.checks import check_name, prior_weights, wrong_value
from autoskl.space.kind import Kind
from autoskl.space.values import index_of, plain


class _Levels(ABC):
    """Base of hyperparameters that take one of a list of values."""

    __slots__ = ()

    name: str

    @property
    @abstractmethod
    def levels(self) -> Sequence[Value]:
        """All values, in order of declaration."""

    @property
    @abstractmethod
    def allowed(self) -> str:
        """The values it may take, in words."""

    def check(self, value: Any) -> Value:
        """Return a value as it was declared.

        Parameters
        ----------
        value : object
            1.0 is accepted as 1; True is not.

        Returns
        -------
        bool, int, float, str or None

        Raises
        ------
        ValueError
            If it is not allowed.
        """
        try:
            index = index_of(tuple(self.levels), plain(value))
        except (TypeError, ValueError):
            index = -1
        if index < 0:
            raise wrong_value(self.name, self.allowed, value)
        return self.levels[index]


@dataclass(frozen=True, slots=True)
class _Discrete(_Levels):
    """Base of ordinals and choices."""

    name: str
    values: tuple[Value, ...]
    default: Value

    def __post_init__(self) -> None:
        check_name(self.name)
        values = tuple(plain(value) for value in self.values)
        first_value(self.name, values)
        for i, value in enumerate(values):
            if index_of(values, value) != i:
                raise ValueError(f"Hyperparameter {self.name!r} has the value {value!r} twice.")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "default", self.check(self.default))

    @property
    def levels(self) -> Sequence[Value]:
        """All values, in order of declaration."""
        return self.values

    @property
    def allowed(self) -> str:
        """The values it may take, in words."""
        return f"one of {', '.join(map(repr, self.values))}"


@dataclass(frozen=True, slots=True)
class Ordinal(_Discrete):
    """One of several ordered values.

    Attributes
    ----------
    name : str
    values : tuple of bool, int, float, str or None
    default : bool, int, float, str or None
    """

    kind: ClassVar[Kind] = Kind.ORDINAL


@dataclass(frozen=True, slots=True)
class Choice(_Discrete):
    """One of several unordered values: a categorical hyperparameter.

    Attributes
    ----------
    name : str
    values : tuple of bool, int, float, str or None
    default : bool, int, float, str or None
    weights : tuple of float or None
        Prior weights for sampling; None for equal weights. A value of weight 0 is never sampled
        but remains valid.
    """

    weights: tuple[float, ...] | None = None
    kind: ClassVar[Kind] = Kind.CHOICE

    def __post_init__(self) -> None:
        # Not super(): dataclass(slots=True) makes a new class, which super() does not know.
        _Discrete.__post_init__(self)
        if self.weights is None:
            return
        weights = prior_weights(self.name, self.weights)
        if len(weights) != len(self.values):
            raise ValueError(
                f"Weights of hyperparameter {self.name!r} must be {len(self.values)} numbers. "
                f"Got {self.weights!r}."
            )
        object.__setattr__(self, "weights", weights)


@dataclass(frozen=True, slots=True)
class Constant(_Levels):
    """A hyperparameter with a single value.

    Attributes
    ----------
    name : str
    value : bool, int, float, str or None
    """

    name: str
    value: Value
    kind: ClassVar[Kind] = Kind.CONSTANT

    def __post_init__(self) -> None:
        check_name(self.name)
        object.__setattr__(self, "value", plain(self.value))

    @property
    def default(self) -> Value:
        """The value."""
        return self.value

    @property
    def levels(self) -> Sequence[Value]:
        """The single value, as a tuple."""
        return (self.value,)

    @property
    def allowed(self) -> str:
        """The value it takes, in words."""
        return repr(self.value)


def first_value(name: str, values: tuple[Value, ...]) -> Value:
    """Return the first value, or raise ValueError if there is none."""
    if not values:
        raise ValueError(f"Hyperparameter {name!r} must have at least one value.")
    return values[0]
