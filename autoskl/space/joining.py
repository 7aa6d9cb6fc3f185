"""Spaces put together, their names kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autoskl.space.conditions import Condition, gathered
from autoskl.space.forbidden import Forbidden
from autoskl.space.space import Space


def prefixed(space: Space, prefix: str) -> Space:
    """Return the space with every hyperparameter named ``<prefix>:<name>``.

    Parameters
    ----------
    space : Space
    prefix : str
        Without the colon, usually the name of a component.

    Returns
    -------
    Space

    Examples
    --------
    >>> from autoskl.space import integer, prefixed, space_of
    >>> list(prefixed(space_of(integer("k", 1, 50)), "knn").parameters)
    ['knn:k']
    """
    if not prefix or prefix.endswith(":"):
        raise ValueError(f"A prefix must be a name without a colon at its end. Got {prefix!r}.")

    def renamed(name: str) -> str:
        return f"{prefix}:{name}"

    return Space(
        [replace(parameter, name=renamed(name)) for name, parameter in space.parameters.items()],
        [Condition(renamed(c.child), renamed(c.parent), c.values) for c in space.conditions],
        [
            Forbidden(tuple((renamed(name), values) for name, values in combination.clauses))
            for combination in space.forbidden
        ],
    )


def join(
    *spaces: Space, conditions: Iterable[Condition] = (), forbidden: Iterable[Forbidden] = ()
) -> Space:
    """Return the space of all hyperparameters of several spaces.

    Parameters
    ----------
    *spaces : Space
        Without common names.
    conditions : iterable of Condition, default=()
        Further conditions, also between spaces. Only hyperparameters that are not yet conditional
        need one: the others follow their parents.
    forbidden : iterable of Forbidden, default=()
        Further forbidden combinations, also across spaces.

    Returns
    -------
    Space

    See Also
    --------
    autoskl.space.when : makes a whole space conditional.
    """
    parameters, known, banned = gathered(spaces)
    return Space(parameters.values(), (*known, *conditions), (*banned, *forbidden))
