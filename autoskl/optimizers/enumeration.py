"""Enumeration of the valid configurations of a space whose numbers are discretised."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Sequence

import numpy as np

from autoskl.core.configuration import Configuration, Value
from autoskl.space.parameters import Choice, Parameter, Real
from autoskl.space.space import Space

_MAX_VALUES = 20_000
"""Values of an integer that are tried."""

_N_REAL_VALUES = 3
"""Values of a real number that are tried."""

_MAX_STEPS = 200_000
"""Values tried in a search for an unseen configuration."""

_MAX_LOOKAHEAD_STEPS = 2_000
"""Values tried to find out whether a partial assignment can be extended."""

_N_SAMPLES = 256
"""Samples of the space that are checked if enumeration finds nothing."""

Levels = Callable[[Parameter], Sequence[Value]]


def enumerate_configurations(
    space: Space, levels: Levels, max_steps: float = math.inf
) -> Iterator[Configuration]:
    """Yield every valid configuration of the given levels, the last hyperparameter fastest.

    Parameters
    ----------
    space : Space
    levels : callable
        Maps a hyperparameter to the values to enumerate, in order.
    max_steps : float
        Maximum number of values to try; the remaining configurations are not yielded.
    """
    values: dict[str, Value] = {}
    search = _DepthFirst(space, levels, max_steps, lookahead=_constrained(space))
    for _ in search.assignments(tuple(space.parameters.values()), values):
        yield Configuration(values)


def find_unseen(
    space: Space, seen: Container[Configuration], rng: np.random.Generator
) -> Configuration | None:
    """Return a valid configuration that is not among those seen, None if none is found.

    Values of prior weight 0 are excluded. Real numbers, and integers with very many values, are
    represented by some of their values. If forbidden combinations leave so few configurations that
    enumeration takes too long, samples of the space are checked instead.
    """
    shuffled: dict[str, Sequence[Value]] = {}

    def levels(parameter: Parameter) -> Sequence[Value]:
        if parameter.name not in shuffled:
            shuffled[parameter.name] = _shuffle_levels(parameter, rng)
        return shuffled[parameter.name]

    for configuration in enumerate_configurations(space, levels, _MAX_STEPS):
        if configuration not in seen:
            return configuration
    return next((c for c in space.sample(rng, _N_SAMPLES) if c not in seen), None)


def supported_values(parameter: Choice) -> list[Value]:
    """Return the values of a choice with positive prior weight."""
    weights = parameter.weights or (1.0,) * len(parameter.values)
    return [value for value, weight in zip(parameter.values, weights, strict=True) if weight > 0]


def number_at(parameter: Real, unit: float) -> float:
    """Return the value of a real hyperparameter at a position on its unit scale."""
    lower, upper = parameter.lower, parameter.upper
    if parameter.log:
        value = float(np.exp(np.log(lower) + unit * (np.log(upper) - np.log(lower))))
    else:
        value = lower + unit * (upper - lower)
    return min(max(value, lower), upper)


class _DepthFirst:
    """Depth-first search over assignments of levels to hyperparameters, parents before children.

    Lookahead detects dead ends: a value is skipped if the hyperparameters in forbidden combinations
    cannot be assigned after it. Otherwise all values of the hyperparameters in between would be
    tried in vain.

    Parameters
    ----------
    space : Space
    levels : callable
    max_steps : float
    lookahead : sequence of Parameter
        The hyperparameters to look ahead to, in the order of the space.
    """

    def __init__(
        self, space: Space, levels: Levels, max_steps: float, lookahead: Sequence[Parameter] = ()
    ) -> None:
        self._space = space
        self._levels = levels
        self._lookahead = {
            parameter.name: tuple(lookahead[i:]) for i, parameter in enumerate(lookahead, start=1)
        }
        self.steps_left = max_steps

    def assignments(
        self, parameters: Sequence[Parameter], values: dict[str, Value]
    ) -> Iterator[None]:
        """Assign the active ones of some hyperparameters in ``values``; yield each assignment."""
        # A stack instead of recursion: spaces may exceed Python's recursion limit.
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
        """Assign the next extendable value of a hyperparameter; False if there is none."""
        values.pop(parameter.name, None)
        for value in iterator:
            self.steps_left -= 1
            values[parameter.name] = value
            is_valid = not any(combination.holds(values) for combination in self._space.forbidden)
            if is_valid and self._is_extendable(parameter, values):
                return True
            if self.steps_left <= 0:
                break
        values.pop(parameter.name, None)
        return False

    def _is_extendable(self, parameter: Parameter, values: dict[str, Value]) -> bool:
        following = self._lookahead.get(parameter.name)
        if not following:
            return True
        search = _DepthFirst(self._space, self._levels, _MAX_LOOKAHEAD_STEPS)
        found = any(True for _ in search.assignments(following, dict(values)))
        # Undecided within the limit: it has to be tried.
        return found or search.steps_left <= 0


def _constrained(space: Space) -> list[Parameter]:
    """Return the hyperparameters in forbidden combinations, and all of their ancestors."""
    names = {name for combination in space.forbidden for name in combination.names}
    queue = list(names)
    while queue:
        parents = {condition.parent for condition in space.conditions_of(queue.pop())}
        queue += parents - names
        names |= parents
    return [parameter for name, parameter in space.parameters.items() if name in names]


def _shuffle_levels(parameter: Parameter, rng: np.random.Generator) -> Sequence[Value]:
    if isinstance(parameter, Real):
        return [number_at(parameter, unit) for unit in rng.random(_N_REAL_VALUES)]
    values = supported_values(parameter) if isinstance(parameter, Choice) else parameter.levels
    size = min(len(values), _MAX_VALUES)
    return [values[i] for i in rng.choice(len(values), size=size, replace=False, shuffle=True)]
