"""Forbidden combinations of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autoskl.core.configuration import Value
from autoskl.space.values import as_tuple, index_of


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A combination that is invalid if all of its clauses hold.

    Attributes
    ----------
    clauses : tuple of (str, tuple of bool, int, float, str or None)
        Names, each with values. A clause holds if the hyperparameter is active and has one of the
        values.
    """

    clauses: tuple[tuple[str, tuple[Value, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the hyperparameters involved."""
        return tuple(name for name, _ in self.clauses)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Return whether all clauses hold.

        Parameters
        ----------
        values : mapping of str to value
            The active hyperparameters.

        Returns
        -------
        bool
        """
        return all(
            name in values and index_of(banned, values[name]) >= 0 for name, banned in self.clauses
        )

    def __str__(self) -> str:
        return " and ".join(
            f"{name!r} is {' or '.join(map(repr, banned))}" for name, banned in self.clauses
        )


def forbid(clauses: Mapping[str, Value | Collection[Value]]) -> Forbidden:
    """Forbid a combination of values.

    Parameters
    ----------
    clauses : mapping of str to a value or a collection of values
        The combination is forbidden if every hyperparameter has one of its values.

    Returns
    -------
    Forbidden
        An argument for `space_of`.

    Raises
    ------
    TypeError
        If a value is not a bool, int, float, str or None.

    Examples
    --------
    >>> from autoskl.space import forbid
    >>> str(forbid({"penalty": "l1", "solver": ["lbfgs", "newton"]}))
    "'penalty' is 'l1' and 'solver' is 'lbfgs' or 'newton'"
    """
    return Forbidden(tuple((name, as_tuple(values)) for name, values in clauses.items()))
