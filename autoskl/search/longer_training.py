"""A network that leads is trained once more, as large and as long as there is time for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.costs import EPOCHS
from autoskl.metalearning.shorter_training import SIZES, shortened
from autoskl.space.discrete import Ordinal
from autoskl.space.numeric import Integer
from autoskl.space.space import Space


def lengthened(
    leader: Configuration,
    tried: Iterable[Configuration],
    space: Space,
    seconds_of: Callable[[Configuration], float],
    most_seconds: float,
) -> Configuration | None:
    """Return the leader with at least twice its epochs, None where that is not to be had.

    Where it was made smaller to save time, it has its usual size again. Most often boosted trees
    lead, and a larger network would be wasted; where a network leads nevertheless, the table is one
    of those on which longer training gains most.

    Parameters
    ----------
    leader : Configuration
        The best so far.
    tried : iterable of Configuration
        One that is the leader with more epochs or of a larger size has been the attempt.
    space : Space
        Bounds the epochs; a model that has its usual size, and whose epochs are not to be chosen,
        is left as it is.
    seconds_of : callable
        Predicted seconds of a configuration.
    most_seconds : float
        The epochs are those of the space's upper bound, halved until this is enough.
    """
    name = f"{leader['model']}:{EPOCHS}"
    usual, epochs = _usual_sizes(leader, space), space.parameters.get(name)
    has_epochs = isinstance(epochs, Integer) and name in leader
    grows = {name, *usual} if has_epochs else {*usual}
    if any(_is_grown(other, leader, grows) for other in tried):
        return None
    if isinstance(epochs, Integer) and name in leader:
        longest = Configuration({**leader, **usual, name: epochs.upper})
        found = shortened(longest, space, seconds_of, most_seconds)
        is_longer = _number(found[name]) >= 2 * _number(leader[name])
    else:
        found = Configuration({**leader, **usual})
        is_longer = found != leader
    return found if is_longer and seconds_of(found) <= most_seconds else None


def _usual_sizes(leader: Configuration, space: Space) -> dict[str, int]:
    """Return the sizes of a leader, the defaults where it has less."""
    found = {}
    for size in SIZES:
        name = f"{leader['model']}:{size}"
        levels, own = space.parameters.get(name), leader.get(name)
        if isinstance(levels, Ordinal) and isinstance(own, int):
            found[name] = max(own, _number(levels.default))
    return found


def _is_grown(other: Configuration, leader: Configuration, grows: set[str]) -> bool:
    """Whether a configuration is the leader with more of something that grows."""
    if other == leader or other.keys() != leader.keys():
        return False
    return all(
        _number(other[key]) >= _number(value) if key in grows else other[key] == value
        for key, value in leader.items()
    )


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
