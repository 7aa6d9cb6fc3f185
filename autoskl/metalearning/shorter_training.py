"""Members of a portfolio that train for fewer epochs, where the usual ones take too long."""

from __future__ import annotations

from collections.abc import Callable

from autoskl.core.configuration import Configuration
from autoskl.metalearning.costs import EPOCHS
from autoskl.space.numeric import Integer
from autoskl.space.space import Space


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
    name = f"{member['model']}:{EPOCHS}"
    epochs = space.parameters.get(name)
    if not isinstance(epochs, Integer) or name not in member:
        return member
    found = member
    while seconds_of(found) > most_seconds and _half(found[name]) >= epochs.lower:
        found = Configuration({**found, name: _half(found[name])})
    return found


def _half(epochs: object) -> int:
    return int(epochs) // 2 if isinstance(epochs, int) else 0
