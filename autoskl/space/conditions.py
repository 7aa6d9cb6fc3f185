"""When hyperparameters are active."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from autoskl.core.configuration import Value
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real
from autoskl.space.values import listed, position


@dataclass(frozen=True, slots=True)
class Condition:
    """``child`` is active only where ``parent`` is active and has one of ``values``.

    Several conditions on one child must all hold.
    """

    child: str
    parent: str
    values: tuple[Value, ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether active hyperparameters and their values satisfy the condition."""
        return self.parent in values and position(self.values, values[self.parent]) >= 0


class Composite(Protocol):
    """Several hyperparameters with their conditions: a `Conditional` or a `Space`."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Hyperparameters by name."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """When they are active."""

    @property
    def forbidden(self) -> tuple[Forbidden, ...]:
        """Combinations that are not legal."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """What `when` returns: hyperparameters that depend on another one."""

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
        The others are active where the parent has one of these.
    *items : Parameter, Conditional or Space
        What is made conditional. Inside another `when` both conditions must hold.

    Returns
    -------
    Conditional
        An argument for `space_of` or for another `when`.

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
    wanted = listed(values)
    parameters, conditions, forbidden = gathered(items)
    inside = {c.child for c in conditions if c.parent in parameters}
    # The children of what is made conditional follow it by themselves.
    new = tuple(Condition(child, parent, wanted) for child in parameters if child not in inside)
    return Conditional(MappingProxyType(parameters), (*conditions, *new), forbidden)


def gathered(
    items: Iterable[Parameter | Composite],
) -> tuple[dict[str, Parameter], tuple[Condition, ...], tuple[Forbidden, ...]]:
    """Put items together.

    Returns
    -------
    parameters : dict of str to Parameter
    conditions : tuple of Condition
    forbidden : tuple of Forbidden

    Raises
    ------
    ValueError
        When two hyperparameters have the same name.
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
                    f"Two hyperparameters are named {name!r}. Names must be unique in a space; "
                    "`prefixed` keeps parts apart."
                )
            parameters[name] = parameter
    return parameters, tuple(conditions), tuple(forbidden)
