"""Members of a portfolio that train for less time, where the usual one is too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from autoskl.core.configuration import Configuration
from autoskl.metalearning.costs import EPOCHS
from autoskl.space.discrete import Ordinal
from autoskl.space.numeric import Integer
from autoskl.space.space import Space

_LESS = (("width", 128), ("k", 8), ("width", 64))
"""What a network has less of, in turn, down to how much: units, and members of a batch ensemble.

Per second saved, the first ones lose least (`benchmarks/README.md`, "Short trainings").
"""


def first_within(
    forms: Iterable[Configuration],
    seconds_of: Callable[[Configuration], float],
    most_seconds: float,
) -> Configuration:
    """Return the first form of a member that takes no more than some seconds, else the last.

    A network on a short schedule is weaker than on its usual one, but it errs in another way than
    trees, and an ensemble gains more from it than from one more boosted model in the same time.

    Parameters
    ----------
    forms : iterable of Configuration
        At least one.
    seconds_of : callable
        Predicted seconds of a configuration.
    most_seconds : float
    """
    for form in forms:
        if seconds_of(form) <= most_seconds:
            break
    return form


def smaller_forms(member: Configuration, space: Space) -> Iterator[Configuration]:
    """Yield a member, then smaller networks, and then the smallest one with ever fewer epochs.

    Parameters
    ----------
    member : Configuration
    space : Space
        Bounds sizes and epochs; what is not to be chosen in it stays as it is.
    """
    yield member
    for size, least in _LESS:
        name = f"{member['model']}:{size}"
        own = sizes_of(member, space).get(name)
        if own is not None:
            lower = [n for n in space.parameters[name].levels or () if least <= number(n) < own]
            for units in reversed(lower):
                member = Configuration({**member, name: units})
                yield member
    forms = shorter_forms(member, space)
    next(forms)
    yield from forms


def shorter_forms(member: Configuration, space: Space) -> Iterator[Configuration]:
    """Yield a member, then the same with ever half of the epochs, down to their lower bound.

    Parameters
    ----------
    member : Configuration
    space : Space
        A model whose epochs are not to be chosen in it stays as it is.
    """
    yield member
    epochs = epochs_of(member, space)
    if epochs is None:
        return
    while (half := number(member[epochs.name]) // 2) >= epochs.lower:
        member = Configuration({**member, epochs.name: half})
        yield member


def epochs_of(member: Configuration, space: Space) -> Integer | None:
    """Return the hyperparameter that says how long a member trains, if it is to be chosen."""
    epochs = space.parameters.get(f"{member['model']}:{EPOCHS}")
    return epochs if isinstance(epochs, Integer) and epochs.name in member else None


def sizes_of(member: Configuration, space: Space) -> dict[str, int]:
    """Return the sizes of a network that are to be chosen among whole numbers, by name."""
    found = {}
    for size in dict.fromkeys(size for size, _ in _LESS):
        name = f"{member['model']}:{size}"
        levels, own = space.parameters.get(name), member.get(name)
        if own is None or not isinstance(levels, Ordinal):
            continue
        if all(isinstance(level, int) for level in levels.values):
            found[name] = number(own)
    return found


def number(value: object) -> int:
    """Return a value that is known to be a whole number."""
    assert isinstance(value, int)
    return value
