"""Combinations of values that are not legal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autoskl.core.configuration import Value
from autoskl.space.values import listed, position


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A combination that is not legal: every clause holds at once.

    Attributes
    ----------
    clauses : tuple of (str, tuple of bool, int, float, str or None)
        Names, each with values. A clause holds where the hyperparameter is active and has one of
        the values.
    """

    clauses: tuple[tuple[str, tuple[Value, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The hyperparameters that it is about."""
        return tuple(name for name, _ in self.clauses)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether active hyperparameters and their values are the forbidden combination."""
        return all(
            name in values and position(banned, values[name]) >= 0 for name, banned in self.clauses
        )

    def __str__(self) -> str:
        return " and ".join(
            f"{name!r} is {' or '.join(map(repr, banned))}" for name, banned in self.clauses
        )


def forbid(clauses: Mapping[str, Value | Collection[Value]]) -> Forbidden:
    """Return a combination that is not legal.

    Parameters
    ----------
    clauses : mapping of str to a value or a collection of values

    Examples
    --------
    >>> from autoskl.space import forbid
    >>> str(forbid({"penalty": "l1", "solver": ["lbfgs", "newton"]}))
    "'penalty' is 'l1' and 'solver' is 'lbfgs' or 'newton'"
    """
    return Forbidden(tuple((name, listed(values)) for name, values in clauses.items()))
