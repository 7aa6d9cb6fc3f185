"""All configurations of a space, one by one, where numbers are cut down to some of their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Sequence

import numpy as np

from autoskl.core.configuration import Configuration, Value
from autoskl.space.parameters import Choice, Parameter, Real
from autoskl.space.space import Space

_MOST_VALUES = 20_000
_REAL_VALUES = 3
_MOST_STEPS = 200_000
_MOST_STEPS_AHEAD = 2_000
_SAMPLES = 256

Levels = Callable[[Parameter], Sequence[Value]]


def configurations(
    space: Space, levels: Levels, most_steps: float = math.inf
) -> Iterator[Configuration]:
    """Yield every legal configuration made of the given levels, the last hyperparameter fastest.

    Parameters
    ----------
    space : Space
    levels : callable
        From a hyperparameter to the values it takes here, in order.
    most_steps : float
        Values that are tried at most; then the rest is not yielded.
    """
    values: dict[str, Value] = {}
    search = _DepthFirst(space, levels, most_steps, ahead=_entangled(space))
    for _ in search.assignments(tuple(space.parameters.values()), values):
        yield Configuration(values)


def unseen(
    space: Space, seen: Container[Configuration], rng: np.random.Generator
) -> Configuration | None:
    """Return a legal configuration that is not among those seen, None if there is none.

    Values of prior weight 0 are left out. Whole numbers with more values than any search will
    try, and real ones, are represented by some of their values. Where forbidden combinations leave
    so little that it is not found in a reasonable time, samples are looked through.
    """
    drawn: dict[str, Sequence[Value]] = {}

    def levels(parameter: Parameter) -> Sequence[Value]:
        if parameter.name not in drawn:
            drawn[parameter.name] = _shuffled(parameter, rng)
        return drawn[parameter.name]

    for configuration in configurations(space, levels, _MOST_STEPS):
        if configuration not in seen:
            return configuration
    return next((c for c in space.sample(rng, _SAMPLES) if c not in seen), None)


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


class _DepthFirst:
    """Gives hyperparameters their levels in turn, parents before children.

    A dead end is found by looking ahead: a value is passed over when no values of those that
    forbidden combinations are about can follow it. Otherwise all values of the hyperparameters in
    between would be tried in vain.

    Parameters
    ----------
    space : Space
    levels : callable
    most_steps : float
    ahead : sequence of Parameter
        What is looked at ahead, in the order of the space.
    """

    def __init__(
        self, space: Space, levels: Levels, most_steps: float, ahead: Sequence[Parameter] = ()
    ) -> None:
        self._space = space
        self._levels = levels
        self._ahead = {
            parameter.name: tuple(ahead[i:]) for i, parameter in enumerate(ahead, start=1)
        }
        self.steps_left = most_steps

    def assignments(
        self, parameters: Sequence[Parameter], values: dict[str, Value]
    ) -> Iterator[None]:
        """Set the active ones of some hyperparameters in ``values``, and yield after each way."""
        # A stack instead of recursion: a space may have more of them than Python has frames.
        stack: list[Iterator[Value]] = []
        while True:
            if len(stack) == len(parameters):
                yield
            else:
                parameter = parameters[len(stack)]
                active = all(c.holds(values) for c in self._space.conditions_of(parameter.name))
                stack.append(iter(self._levels(parameter) if active else ()))
                if not active or self._advance(parameter, stack[-1], values):
                    continue
                stack.pop()
            while stack and not self._advance(parameters[len(stack) - 1], stack[-1], values):
                stack.pop()
            if not stack or self.steps_left <= 0:
                return

    def _advance(
        self, parameter: Parameter, iterator: Iterator[Value], values: dict[str, Value]
    ) -> bool:
        """Give a hyperparameter its next value that leads on; False if there is none."""
        values.pop(parameter.name, None)
        for value in iterator:
            self.steps_left -= 1
            values[parameter.name] = value
            is_legal = not any(combination.holds(values) for combination in self._space.forbidden)
            if is_legal and self._leads_on(parameter, values):
                return True
            if self.steps_left <= 0:
                break
        values.pop(parameter.name, None)
        return False

    def _leads_on(self, parameter: Parameter, values: dict[str, Value]) -> bool:
        following = self._ahead.get(parameter.name)
        if not following:
            return True
        search = _DepthFirst(self._space, self._levels, _MOST_STEPS_AHEAD)
        found = any(True for _ in search.assignments(following, dict(values)))
        return found or search.steps_left <= 0  # not known, so that it has to be tried


def _entangled(space: Space) -> list[Parameter]:
    """Return what forbidden combinations are about, and what activates it."""
    names = {name for combination in space.forbidden for name in combination.names}
    waiting = list(names)
    while waiting:
        parents = {condition.parent for condition in space.conditions_of(waiting.pop())}
        waiting += parents - names
        names |= parents
    return [parameter for name, parameter in space.parameters.items() if name in names]


def _shuffled(parameter: Parameter, rng: np.random.Generator) -> Sequence[Value]:
    if isinstance(parameter, Real):
        return [number_at(parameter, unit) for unit in rng.random(_REAL_VALUES)]
    known = likely_values(parameter) if isinstance(parameter, Choice) else parameter.levels
    some = min(len(known), _MOST_VALUES)
    return [known[i] for i in rng.choice(len(known), size=some, replace=False, shuffle=True)]
