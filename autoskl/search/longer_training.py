"""Trains a leading network once more, as large and as long as there is time for."""

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


def lengthen_training(
    leader: Configuration,
    tried: Iterable[Configuration],
    space: Space,
    seconds_of: Callable[[Configuration], float],
    max_seconds: float,
) -> Configuration | None:
    """Return the leader with at least twice its epochs; None when that is not possible.

    A network that was made smaller to save time gets its default size again. Usually boosted trees
    lead, and a larger network would be a waste of time; where a network leads nevertheless, longer
    training tends to gain most.

    Parameters
    ----------
    leader : Configuration
        The best configuration so far.
    tried : iterable of Configuration
        If one of them is the leader with more epochs or a larger size, it was tried before.
    space : Space
        Bounds the epochs; a model of default size whose epochs are fixed is not changed.
    seconds_of : callable
        Predicts the seconds of a configuration.
    max_seconds : float
        The epochs start at the upper bound of the space and are halved until this suffices.
    """
    epochs, sizes = epochs_of(leader, space), sizes_of(leader, space)
    grows = {*sizes} if epochs is None else {epochs.name, *sizes}
    if any(_is_grown(other, leader, grows) for other in tried):
        return None
    default = {n: max(own, number(space.parameters[n].default)) for n, own in sizes.items()}
    longer = Configuration({**leader, **default})
    if epochs is None:
        is_longer = longer != leader
    else:
        longest = Configuration({**longer, epochs.name: epochs.upper})
        longer = first_within(shorter_forms(longest, space), seconds_of, max_seconds)
        is_longer = number(longer[epochs.name]) >= 2 * number(leader[epochs.name])
    return longer if is_longer and seconds_of(longer) <= max_seconds else None


def _is_grown(other: Configuration, leader: Configuration, grows: set[str]) -> bool:
    """Whether a configuration differs from the leader only by larger values of some names."""
    if other == leader or other.keys() != leader.keys():
        return False
    return all(
        number(other[key]) >= number(value) if key in grows else other[key] == value
        for key, value in leader.items()
    )
