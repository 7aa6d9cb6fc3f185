"""A network that leads is trained once more, as large and as long as there is time for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.shorter_training import (
    epochs_of,
    first_within,
    number,
    shorter_forms,
    sizes_of,
)
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
    epochs, sizes = epochs_of(leader, space), sizes_of(leader, space)
    grows = {*sizes} if epochs is None else {epochs.name, *sizes}
    if any(_is_grown(other, leader, grows) for other in tried):
        return None
    usual = {n: max(own, number(space.parameters[n].default)) for n, own in sizes.items()}
    found = Configuration({**leader, **usual})
    if epochs is None:
        is_longer = found != leader
    else:
        longest = Configuration({**found, epochs.name: epochs.upper})
        found = first_within(shorter_forms(longest, space), seconds_of, most_seconds)
        is_longer = number(found[epochs.name]) >= 2 * number(leader[epochs.name])
    return found if is_longer and seconds_of(found) <= most_seconds else None


def _is_grown(other: Configuration, leader: Configuration, grows: set[str]) -> bool:
    """Whether a configuration is the leader with more of something that grows."""
    if other == leader or other.keys() != leader.keys():
        return False
    return all(
        number(other[key]) >= number(value) if key in grows else other[key] == value
        for key, value in leader.items()
    )
