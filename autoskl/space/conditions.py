"""Conditions under which hyperparameters are active."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from autoskl.core.configuration import Value
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real
from autoskl.space.values import as_tuple, index_of


@dataclass(frozen=True, slots=True)
class Condition:
    """``child`` is active only if ``parent`` is active and has one of ``values``.

    If a child has several conditions, all of them must hold.

    Attributes
    ----------
    child, parent : str
        Names of hyperparameters.
    values : tuple of bool, int, float, str or None
    """

    child: str
    parent: str
    values: tuple[Value, ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Return whether the condition is satisfied.

        Parameters
        ----------
        values : mapping of str to value
            The active hyperparameters.

        Returns
        -------
        bool
        """
        return self.parent in values and index_of(self.values, values[self.parent]) >= 0


class Composite(Protocol):
    """Hyperparameters with their conditions: a `Conditional` or a `Space`."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Hyperparameters by name."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Conditions under which they are active."""

    @property
    def forbidden(self) -> tuple[Forbidden, ...]:
        """Forbidden combinations of their values."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """Hyperparameters that depend on another one; made by `when`.

    Attributes
    ----------
    parameters : mapping of str to Parameter
    conditions : tuple of Condition
    forbidden : tuple of Forbidden
    """

    parameters: Mapping[str, Parameter]
    conditions: tuple[Condition, ...]
    forbidden: tuple[Forbidden, ...] = field(default=())


def when(
    parent: str, values: Value | Collection[Value], *items: Parameter | Composite
) -> Conditional:
    """Make hyperparameters conditional.

    Parameters
    ----------
    parent : str
        Name of a hyperparameter that is not a real number.
    values : value or collection of values
        The items are active if the parent has one of these values.
    *items : Parameter, Conditional or Space
        What becomes conditional. If `when` is nested, both conditions must hold.

    Returns
    -------
    Conditional
        An argument for `space_of` or for another `when`.

    Raises
    ------
    TypeError
        If a value is not a bool, int, float, str or None.
    ValueError
        If two hyperparameters have the same name.

    Examples
    --------
    >>> from autoskl.space import choice, real, space_of, when
    >>> space = space_of(
    ...     choice("kernel", ["linear", "rbf"]),
    ...     when("kernel", "rbf", real("gamma", 0.001, 10.0, log=True)),
    ... )
    >>> space.complete({"kernel": "rbf"})
    Configuration({'gamma': 0.1, 'kernel': 'rbf'})
    """
    wanted = as_tuple(values)
    parameters, conditions, forbidden = merge_items(items)
    inside = {c.child for c in conditions if c.parent in parameters}
    # Hyperparameters whose parent is among the items follow that parent.
    new = tuple(Condition(child, parent, wanted) for child in parameters if child not in inside)
    return Conditional(MappingProxyType(parameters), (*conditions, *new), forbidden)


def merge_items(
    items: Iterable[Parameter | Composite],
) -> tuple[dict[str, Parameter], tuple[Condition, ...], tuple[Forbidden, ...]]:
    """Merge items into hyperparameters, conditions and forbidden combinations.

    Returns
    -------
    parameters : dict of str to Parameter
    conditions : tuple of Condition
    forbidden : tuple of Forbidden

    Raises
    ------
    ValueError
        If two hyperparameters have the same name.
    """
    parameters: dict[str, Parameter] = {}
    conditions: list[Condition] = []
    forbidden: list[Forbidden] = []
    for item in items:
        if isinstance(item, Real | Integer | Ordinal | Choice | Constant):
            new: Mapping[str, Parameter] = {item.name: item}
        else:
            new = item.parameters
            conditions.extend(item.conditions)
            forbidden.extend(item.forbidden)
        for name, parameter in new.items():
            if name in parameters:
                raise ValueError(
                    f"Two hyperparameters are named {name!r}. Names must be unique within a space; "
                    "use `add_prefix` to tell the parts apart."
                )
            parameters[name] = parameter
    return parameters, tuple(conditions), tuple(forbidden)
