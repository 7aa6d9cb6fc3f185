"""A network that leads is trained once more, for as many epochs as there is time for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.costs import EPOCHS
from autoskl.metalearning.shorter_training import shortened
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

    Portfolios hold networks at epochs that most tables can afford, and a short fit halves them.
    Most often boosted trees lead then, and more epochs would be wasted; where a network leads
    nevertheless, the table is one of those on which longer training gains most.

    Parameters
    ----------
    leader : Configuration
        The best so far.
    tried : iterable of Configuration
        One that is the leader with more epochs has been the attempt.
    space : Space
        Bounds the epochs; a model whose epochs are not to be chosen is left as it is.
    seconds_of : callable
        Predicted seconds of a configuration.
    most_seconds : float
        The epochs are those of the space's upper bound, halved until this is enough.
    """
    name = f"{leader['model']}:{EPOCHS}"
    epochs = space.parameters.get(name)
    if not isinstance(epochs, Integer) or name not in leader:
        return None
    if any(_is_longer(other, leader, name) for other in tried):
        return None
    longest = Configuration({**leader, name: epochs.upper})
    found = shortened(longest, space, seconds_of, most_seconds)
    is_longer = _epochs(found, name) >= 2 * _epochs(leader, name)
    return found if is_longer and seconds_of(found) <= most_seconds else None


def _is_longer(other: Configuration, leader: Configuration, name: str) -> bool:
    same = {**other, name: leader[name]} == {**leader}
    return same and _epochs(other, name) > _epochs(leader, name)


def _epochs(configuration: Configuration, name: str) -> int:
    epochs = configuration[name]
    assert isinstance(epochs, int)
    return epochs
