"""Shorter trainings of portfolio members: smaller networks, then fewer epochs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from autoskl.core.configuration import Configuration
from autoskl.metalearning.costs import EPOCHS
from autoskl.space.discrete import Ordinal
from autoskl.space.numeric import Integer
from autoskl.space.space import Space

Form = TypeVar("Form")

_REDUCTIONS = (("width", 128), ("k", 8), ("width", 64))
"""Sizes of a network to reduce, in order, each with its lower bound: units, batch ensemble members.

Ordered by the loss of accuracy per second saved (`benchmarks/README.md`, "Short trainings").
"""


def first_within(
    forms: Iterable[Form], seconds_of: Callable[[Form], float], max_seconds: float
) -> Form:
    """Return the first form of a member within a time limit, else the last.

    A network on a short schedule is weaker than on its default one, but its errors differ from
    those of trees: an ensemble gains more from it than from another boosted model in the same time.

    Parameters
    ----------
    forms : iterable
        At least one.
    seconds_of : callable
        Predicted seconds of a form.
    max_seconds : float
    """
    for form in forms:
        if seconds_of(form) <= max_seconds:
            break
    return form


def smaller_forms(member: Configuration, space: Space) -> Iterator[Configuration]:
    """Yield a member, then smaller networks, then the smallest one with fewer and fewer epochs.

    Parameters
    ----------
    member : Configuration
    space : Space
        Bounds sizes and epochs; those that it fixes stay unchanged.
    """
    yield member
    for size, bound in _REDUCTIONS:
        name = f"{member['model']}:{size}"
        own = sizes_of(member, space).get(name)
        if own is not None:
            lower = [n for n in space.parameters[name].levels or () if bound <= number(n) < own]
            for units in reversed(lower):
                member = Configuration({**member, name: units})
                yield member
    forms = shorter_forms(member, space)
    next(forms)
    yield from forms


def shorter_forms(member: Configuration, space: Space) -> Iterator[Configuration]:
    """Yield a member, then repeatedly halve its epochs down to their lower bound.

    Parameters
    ----------
    member : Configuration
    space : Space
        A model whose epochs it fixes stays unchanged.
    """
    yield member
    epochs = epochs_of(member, space)
    if epochs is None:
        return
    while (half := number(member[epochs.name]) // 2) >= epochs.lower:
        member = Configuration({**member, epochs.name: half})
        yield member


def epochs_of(member: Configuration, space: Space) -> Integer | None:
    """Return the hyperparameter for the epochs of a member, unless the space fixes it."""
    epochs = space.parameters.get(f"{member['model']}:{EPOCHS}")
    return epochs if isinstance(epochs, Integer) and epochs.name in member else None


def sizes_of(member: Configuration, space: Space) -> dict[str, int]:
    """Return the integer-valued sizes of a network that the space does not fix, by name."""
    found = {}
    for size in dict.fromkeys(size for size, _ in _REDUCTIONS):
        name = f"{member['model']}:{size}"
        levels, own = space.parameters.get(name), member.get(name)
        if own is None or not isinstance(levels, Ordinal):
            continue
        if all(isinstance(level, int) for level in levels.values):
            found[name] = number(own)
    return found


def number(value: object) -> int:
    """Narrow the type of a value that is known to be an integer."""
    assert isinstance(value, int)
    return value
