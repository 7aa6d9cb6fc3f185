"""Which choice of a space is that of the algorithm, and which hyperparameters each has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration, Value
from autoskl.space.parameters import Choice, Constant
from autoskl.space.space import Space

Array = NDArray[np.float64]

MOST_IN_COMMON = 0.5
"""Share of what depends on the algorithm from which on algorithms are learned together."""


def algorithm_choice(space: Space) -> str | None:
    """Return the choice that decides about most other hyperparameters, None if there is none.

    Only choices that are always active count, and hyperparameters that depend on it through others
    count too.
    """
    above: dict[str, set[str]] = {}
    for name in space.parameters:
        direct = {condition.parent for condition in space.conditions_of(name)}
        above[name] = direct.union(*(above[parent] for parent in direct))
    dependents = {
        name: sum(name in parents for parents in above.values())
        for name, parameter in space.parameters.items()
        if isinstance(parameter, Choice) and not above[name]
    }
    most = max(dependents, key=lambda name: dependents[name], default=None)
    return most if most is not None and dependents[most] else None


def separate_choice(space: Space) -> str | None:
    """Return the choice of the algorithm, None also where algorithms have much in common.

    They do when most of the hyperparameters that depend on the choice do so for several of its
    values: results of one value then tell much about another, and are better learned together. What
    all have, such as preprocessing, does not count.
    """
    name = algorithm_choice(space)
    if name is None:
        return None
    table = np.array([*_active(space, name).values()])
    counts = table[~table.all(axis=1)].sum(axis=1)
    return None if len(counts) and (counts > 1).mean() >= MOST_IN_COMMON else name


def sizes(space: Space, name: str) -> Array:
    """Return how many hyperparameters can vary for each value of a choice, relative to the mean."""
    counts = 1.0 + np.sum([*_active(space, name).values()], axis=0)
    return np.asarray(counts / counts.mean())


def defaults(space: Space) -> list[Configuration]:
    """Return the defaults of a space, and these with every other algorithm."""
    base = space.default()
    name = algorithm_choice(space)
    if name is None:
        return [base]
    weights = np.asarray(space.view.weights[space.view.column[name]])
    levels = zip(space.parameters[name].levels or (), weights, strict=True)
    others = [level for level, weight in levels if weight and level != base[name]]
    return [base, *(c for level in others for c in _completed(space, {**base, name: level}))]


def _completed(space: Space, values: dict[str, Value]) -> list[Configuration]:
    try:
        return [space.complete(values)]
    except ValueError:
        return []


def _active(space: Space, name: str) -> dict[str, NDArray[np.bool_]]:
    """Return for which values of a choice each other hyperparameter that varies can be active."""
    levels = space.parameters[name].levels or ()
    active: dict[str, NDArray[np.bool_]] = {name: np.ones(len(levels), dtype=bool)}
    for child in space.parameters:
        arms = np.ones(len(levels), dtype=bool)
        for condition in space.conditions_of(child):
            if condition.parent == name:
                arms &= [condition.holds({name: level}) for level in levels]
            else:
                arms &= active[condition.parent]
        active.setdefault(child, arms)
    return {
        child: arms
        for child, arms in active.items()
        if child != name and not isinstance(space.parameters[child], Constant)
    }
