"""Members of a portfolio that train for less time, where the usual one is too long."""

from __future__ import annotations

from collections.abc import Callable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.costs import EPOCHS
from autoskl.space.discrete import Ordinal
from autoskl.space.numeric import Integer
from autoskl.space.space import Space

_LESS = (("width", 128), ("k", 8), ("width", 64))
"""What a network has less of, in turn, down to how much: units, and members of a batch ensemble.

Per second saved, the first ones lose least (`benchmarks/README.md`, "Short trainings").
"""

SIZES = ("width", "k")
"""Hyperparameters that say how large a network is."""


def narrowed(
    member: Configuration,
    space: Space,
    seconds_of: Callable[[Configuration], float],
    most_seconds: float,
) -> Configuration:
    """Return a member that takes no more than some seconds, by a smaller network.

    Parameters
    ----------
    member : Configuration
    space : Space
        Bounds the sizes; a model whose sizes are not to be chosen stays as it is.
    seconds_of : callable
        Predicted seconds of a configuration.
    most_seconds : float

    Returns
    -------
    Configuration
        The member itself where it is quick enough, the smallest one where none is.
    """
    found = member
    for size, least in _LESS:
        name = f"{member['model']}:{size}"
        levels, own = space.parameters.get(name), found.get(name)
        if not isinstance(levels, Ordinal) or not isinstance(own, int):
            continue
        lower = [n for n in levels.values if isinstance(n, int) and least <= n < own]
        while lower and seconds_of(found) > most_seconds:
            found = Configuration({**found, name: lower.pop()})
    return found


def shortened(
    member: Configuration,
    space: Space,
    seconds_of: Callable[[Configuration], float],
    most_seconds: float,
) -> Configuration:
    """Return a member that takes no more than some seconds, by halving its epochs.

    A network on a short schedule is weaker than on its usual one, but it errs in another way than
    trees, and an ensemble gains more from it than from one more boosted model in the same time.

    Parameters
    ----------
    member : Configuration
    space : Space
        Bounds the epochs; a model whose epochs are not to be chosen stays as it is.
    seconds_of : callable
        Predicted seconds of a configuration.
    most_seconds : float

    Returns
    -------
    Configuration
        The member itself where it is quick enough, the shortest one where none is.
    """
    epochs = _epochs_of(member, space)
    if epochs is None:
        return member
    found = member
    while seconds_of(found) > most_seconds and _number(found[epochs.name]) // 2 >= epochs.lower:
        found = Configuration({**found, epochs.name: _number(found[epochs.name]) // 2})
    return found


def _epochs_of(member: Configuration, space: Space) -> Integer | None:
    """Return the hyperparameter that says how long a member trains, if it is to be chosen."""
    epochs = space.parameters.get(f"{member['model']}:{EPOCHS}")
    return epochs if isinstance(epochs, Integer) and epochs.name in member else None


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
