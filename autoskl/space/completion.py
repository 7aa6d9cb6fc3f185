"""Completion of partial configurations; depth-first search if combinations are forbidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from autoskl.core.configuration import Value
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Integer, Parameter, level_of

if TYPE_CHECKING:
    from autoskl.space.space import Space

MAX_STEPS = 10_000
"""Steps tried before a space is declared to have no valid configuration."""

MAX_REPAIR_STEPS = 200
"""Steps tried before repair treats the given values as contradictory."""

MAX_ALTERNATIVES = 64
"""Largest distance, in steps, of the other values tried for an integer."""


def find_valid(
    space: Space,
    given: Mapping[str, Value],
    preferred: Mapping[str, Value],
    max_steps: int = MAX_STEPS,
) -> dict[str, Value] | None:
    """Return a valid assignment of the active hyperparameters.

    Depth-first search: as long as a combination is forbidden, one of its hyperparameters, or one
    of their ancestors, takes another value. Hyperparameters without a preferred value change first,
    then children before parents; likely and near values are tried first.

    Parameters
    ----------
    space : Space
    given : mapping of str to value
        Never changed; ignored if inactive.
    preferred : mapping of str to value
        Used instead of the defaults, but changed if a forbidden combination requires it.
    max_steps : int, default=10000
        Steps tried before giving up.

    Returns
    -------
    dict of str to value, or None
        None if none was found.
    """
    steps = iter(range(max_steps))
    return _find_valid(space, dict(given), preferred, steps)


def fill_defaults(
    space: Space, given: Mapping[str, Value], preferred: Mapping[str, Value]
) -> dict[str, Value]:
    """Return the active hyperparameters with their given, else preferred, else default value."""
    values: dict[str, Value] = {}
    for name, parameter in space.parameters.items():
        if all(condition.holds(values) for condition in space.conditions_of(name)):
            default = preferred.get(name, parameter.default)
            values[name] = given.get(name, default)
    return values


def first_violation(space: Space, values: Mapping[str, Value]) -> Forbidden | None:
    """Return the first forbidden combination that the values match, None if there is none."""
    return next((clause for clause in space.forbidden if clause.holds(values)), None)


def _find_valid(
    space: Space, given: dict[str, Value], preferred: Mapping[str, Value], steps: Iterator[int]
) -> dict[str, Value] | None:
    values = fill_defaults(space, given, preferred)
    violation = first_violation(space, values)
    if violation is None:
        return values
    for name in _changeable(space, violation, preferred):
        if name in given:
            continue
        for alternative in _alternatives(space.parameters[name], values[name]):
            if next(steps, None) is None:
                return None
            found = _find_valid(space, {**given, name: alternative}, preferred, steps)
            if found is not None:
                return found
    return None


def _changeable(space: Space, violation: Forbidden, preferred: Mapping[str, Value]) -> list[str]:
    """Return the names whose change can resolve a violation, those with preferred values last."""
    names = set(violation.names)
    children_first = list(space.parameters)[::-1]
    for name in children_first:
        if name in names:
            names.update(condition.parent for condition in space.conditions_of(name))
    ordered = [name for name in children_first if name in names]
    return sorted(ordered, key=lambda name: name in preferred)


def _alternatives(parameter: Parameter, value: Value) -> list[Value]:
    """Return other values to try, likely or near ones first; none for real numbers."""
    levels = parameter.levels
    if levels is None or len(levels) == 1:
        return []
    here = level_of(parameter, value)
    if isinstance(parameter, Choice):
        weights = parameter.weights or (1.0,) * len(levels)
        order = sorted(range(len(levels)), key=lambda i: -weights[i])
    elif isinstance(parameter, Integer):
        nearest = range(max(0, here - MAX_ALTERNATIVES), min(len(levels), here + MAX_ALTERNATIVES))
        order = sorted(nearest, key=lambda i: abs(i - here))
    else:
        order = sorted(range(len(levels)), key=lambda i: abs(i - here))
    return [levels[i] for i in order if i != here]
