"""From some values to a whole legal configuration, by search where combinations are forbidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from autoskl.core.configuration import Value
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Integer, Parameter, level_of

if TYPE_CHECKING:
    from autoskl.space.space import Space

MOST_STEPS = 10_000
"""Combinations tried before a space is taken to have no legal one."""

REPAIR_STEPS = 200
"""Combinations tried before values to be repaired are taken to contradict each other."""

MOST_ALTERNATIVES = 64
"""Values tried for one integer."""


def settle(
    space: Space,
    given: Mapping[str, Value],
    preferred: Mapping[str, Value],
    most_steps: int = MOST_STEPS,
) -> dict[str, Value] | None:
    """Return a legal assignment of the active hyperparameters.

    Depth-first search: where a combination is forbidden, one of its hyperparameters, or one that
    they depend on, takes another value; those without a preferred value first, then children before
    parents, likely and near values first.

    Parameters
    ----------
    space : Space
    given : mapping of str to value
        Never changed; left out where inactive.
    preferred : mapping of str to value
        Taken instead of the defaults, but changed where a forbidden combination demands it.
    most_steps : int, default=10000
        Combinations tried before giving up.

    Returns
    -------
    dict of str to value, or None
        None when there is none.
    """
    steps = iter(range(most_steps))
    return _settle(space, dict(given), preferred, steps)


def filled(
    space: Space, given: Mapping[str, Value], preferred: Mapping[str, Value]
) -> dict[str, Value]:
    """Return the active hyperparameters: values given, else preferred, else default."""
    values: dict[str, Value] = {}
    for name, parameter in space.parameters.items():
        if all(condition.holds(values) for condition in space.conditions_of(name)):
            default = preferred.get(name, parameter.default)
            values[name] = given.get(name, default)
    return values


def violated(space: Space, values: Mapping[str, Value]) -> Forbidden | None:
    """Return the first forbidden combination that holds."""
    return next((clause for clause in space.forbidden if clause.holds(values)), None)


def _settle(
    space: Space, given: dict[str, Value], preferred: Mapping[str, Value], steps: Iterator[int]
) -> dict[str, Value] | None:
    values = filled(space, given, preferred)
    broken = violated(space, values)
    if broken is None:
        return values
    for name in _ways_out(space, broken, preferred):
        if name in given:
            continue
        for alternative in _alternatives(space.parameters[name], values[name]):
            if next(steps, None) is None:
                return None
            found = _settle(space, {**given, name: alternative}, preferred, steps)
            if found is not None:
                return found
    return None


def _ways_out(space: Space, broken: Forbidden, preferred: Mapping[str, Value]) -> list[str]:
    """Return what can change to leave a combination, what has a preferred value at the end."""
    concerned = set(broken.names)
    children_first = list(space.parameters)[::-1]
    for name in children_first:
        if name in concerned:
            concerned.update(condition.parent for condition in space.conditions_of(name))
    found = [name for name in children_first if name in concerned]
    return sorted(found, key=lambda name: name in preferred)


def _alternatives(parameter: Parameter, value: Value) -> list[Value]:
    levels = parameter.levels
    if levels is None or len(levels) == 1:
        return []
    here = level_of(parameter, value)
    if isinstance(parameter, Choice):
        weights = parameter.weights or (1.0,) * len(levels)
        order = sorted(range(len(levels)), key=lambda i: -weights[i])
    elif isinstance(parameter, Integer):
        nearest = range(
            max(0, here - MOST_ALTERNATIVES), min(len(levels), here + MOST_ALTERNATIVES)
        )
        order = sorted(nearest, key=lambda i: abs(i - here))
    else:
        order = sorted(range(len(levels)), key=lambda i: abs(i - here))
    return [levels[i] for i in order if i != here]
