"""Identification of the algorithm choice of a space, and of what each algorithm activates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration, Value
from autoskl.space.parameters import Choice, Constant
from autoskl.space.space import Space

Array = NDArray[np.float64]

MIN_SHARED = 0.5
"""Share of algorithm-dependent hyperparameters that must be shared for a joint surrogate."""


def algorithm_choice(space: Space) -> str | None:
    """Return the choice that most other hyperparameters depend on, None if there is none.

    Only choices that are always active are considered; indirect dependents count as well.
    """
    ancestors: dict[str, set[str]] = {}
    for name in space.parameters:
        parents = {condition.parent for condition in space.conditions_of(name)}
        ancestors[name] = parents.union(*(ancestors[parent] for parent in parents))
    dependents = {
        name: sum(name in each for each in ancestors.values())
        for name, parameter in space.parameters.items()
        if isinstance(parameter, Choice) and not ancestors[name]
    }
    most = max(dependents, key=lambda name: dependents[name], default=None)
    return most if most is not None and dependents[most] else None


def separate_choice(space: Space) -> str | None:
    """Return the algorithm choice if each algorithm should have a surrogate of its own, else None.

    It should not if most of the hyperparameters that depend on the choice are active for several
    of its values: results of one value then say much about the others, and a joint surrogate learns
    more. Hyperparameters that are active for all values, such as those of preprocessing, do not
    count.
    """
    name = algorithm_choice(space)
    if name is None:
        return None
    table = np.array([*_active(space, name).values()])
    counts = table[~table.all(axis=1)].sum(axis=1)
    return None if len(counts) and (counts > 1).mean() >= MIN_SHARED else name


def sizes(space: Space, name: str) -> Array:
    """Return the number of hyperparameters that can vary under each value, relative to the mean."""
    counts = 1.0 + np.sum([*_active(space, name).values()], axis=0)
    return np.asarray(counts / counts.mean())


def feasible_levels(space: Space, name: str) -> NDArray[np.intp]:
    """Return the indices of the values of a choice that have prior weight and a configuration.

    If forbidden combinations leave none of them, that of the default configuration is returned.
    """
    column = space.view.column[name]
    levels = space.parameters[name].levels or ()
    weights = np.asarray(space.view.weights[column])
    found = [
        i
        for i in np.flatnonzero(weights).tolist()
        if not space.forbidden or _complete(space, {name: levels[i]})
    ]
    return np.array(found or space.view.encode([space.default()])[:, column], dtype=np.intp)


def defaults(space: Space) -> list[Configuration]:
    """Return the default configuration of a space, and that of every other algorithm."""
    base = space.default()
    name = algorithm_choice(space)
    if name is None:
        return [base]
    weights = np.asarray(space.view.weights[space.view.column[name]])
    levels = zip(space.parameters[name].levels or (), weights, strict=True)
    others = [level for level, weight in levels if weight and level != base[name]]
    return [base, *(c for level in others for c in _complete(space, {**base, name: level}))]


def _complete(space: Space, values: dict[str, Value]) -> list[Configuration]:
    """Return the completed configuration, or nothing if it is forbidden."""
    try:
        return [space.complete(values)]
    except ValueError:
        return []


def _active(space: Space, name: str) -> dict[str, NDArray[np.bool_]]:
    """Return under which values of a choice each other variable hyperparameter can be active."""
    levels = space.parameters[name].levels or ()
    active: dict[str, NDArray[np.bool_]] = {name: np.ones(len(levels), dtype=bool)}
    for child in space.parameters:
        mask = np.ones(len(levels), dtype=bool)
        for condition in space.conditions_of(child):
            if condition.parent == name:
                mask &= [condition.holds({name: level}) for level in levels]
            else:
                mask &= active[condition.parent]
        active.setdefault(child, mask)
    return {
        child: mask
        for child, mask in active.items()
        if child != name and not isinstance(space.parameters[child], Constant)
    }
