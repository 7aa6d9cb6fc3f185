"""All configurations of a space, one by one, where numbers are cut down to some of their values."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence

import numpy as np

from autoskl.core.configuration import Configuration, Value
from autoskl.space.parameters import Choice, Parameter, Real
from autoskl.space.space import Space

_MOST_STEPS = 20_000
_REAL_VALUES = 3

Levels = Callable[[Parameter], Sequence[Value]]


def configurations(space: Space, levels: Levels) -> Iterator[Configuration]:
    """Yield every legal configuration made of the given levels, the last hyperparameter fastest.

    Parameters
    ----------
    space : Space
    levels : callable
        From a hyperparameter to the values it takes here, in order.
    """
    parameters = tuple(space.parameters.values())
    values: dict[str, Value] = {}
    # A stack instead of recursion: a space may have more hyperparameters than Python has frames.
    stack: list[Iterator[Value] | None] = []
    while True:
        if len(stack) == len(parameters):
            yield Configuration(values)
        else:
            parameter = parameters[len(stack)]
            active = all(c.holds(values) for c in space.conditions_of(parameter.name))
            stack.append(iter(levels(parameter)) if active else None)
            if not active or _advance(space, parameter, stack[-1], values):
                continue
            stack.pop()
        while stack and not _advance(space, parameters[len(stack) - 1], stack[-1], values):
            stack.pop()
        if not stack:
            return


def unseen(
    space: Space, seen: Container[Configuration], rng: np.random.Generator
) -> Configuration | None:
    """Return a legal configuration that is not among those seen, None if there is none.

    Values of prior weight 0 are left out. Whole numbers with more values than any search will
    try, and real ones, are represented by some of their values.
    """
    drawn: dict[str, Sequence[Value]] = {}

    def levels(parameter: Parameter) -> Sequence[Value]:
        if parameter.name not in drawn:
            drawn[parameter.name] = _shuffled(parameter, rng)
        return drawn[parameter.name]

    for _, configuration in zip(range(_MOST_STEPS), configurations(space, levels), strict=False):
        if configuration not in seen:
            return configuration
    return None


def likely_values(parameter: Choice) -> list[Value]:
    """Return the values of a choice whose prior weight is not 0."""
    weights = parameter.weights or (1.0,) * len(parameter.values)
    return [value for value, weight in zip(parameter.values, weights, strict=True) if weight > 0]


def number_at(parameter: Real, unit: float) -> float:
    """Return the value of a real hyperparameter at a position in [0, 1] of its scale."""
    lower, upper = parameter.lower, parameter.upper
    if parameter.log:
        value = float(np.exp(np.log(lower) + unit * (np.log(upper) - np.log(lower))))
    else:
        value = lower + unit * (upper - lower)
    return min(max(value, lower), upper)


def _advance(
    space: Space,
    parameter: Parameter,
    iterator: Iterator[Value] | None,
    values: dict[str, Value],
) -> bool:
    """Give a hyperparameter its next value that is not forbidden; False if there is none."""
    values.pop(parameter.name, None)
    for value in iterator or ():
        values[parameter.name] = value
        if not any(combination.holds(values) for combination in space.forbidden):
            return True
    values.pop(parameter.name, None)
    return False


def _shuffled(parameter: Parameter, rng: np.random.Generator) -> Sequence[Value]:
    if isinstance(parameter, Real):
        return [number_at(parameter, unit) for unit in rng.random(_REAL_VALUES)]
    known = likely_values(parameter) if isinstance(parameter, Choice) else parameter.levels
    some = min(len(known), _MOST_STEPS)
    return [known[i] for i in rng.choice(len(known), size=some, replace=False, shuffle=True)]
