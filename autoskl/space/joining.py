"""Joining of spaces, and prefixes that keep their names apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autoskl.space.conditions import Condition, merge_items
from autoskl.space.forbidden import Forbidden
from autoskl.space.space import Space


def add_prefix(space: Space, prefix: str) -> Space:
    """Return the space with every hyperparameter named ``<prefix>:<name>``.

    Parameters
    ----------
    space : Space
    prefix : str
        Without the colon, usually the name of a component.

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        If the prefix is empty or ends with a colon.

    Examples
    --------
    >>> from autoskl.space import add_prefix, integer, space_of
    >>> list(add_prefix(space_of(integer("k", 1, 50)), "knn").parameters)
    ['knn:k']
    """
    if not prefix or prefix.endswith(":"):
        raise ValueError(f"A prefix must be a name without a trailing colon. Got {prefix!r}.")

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
        Spaces without common names.
    conditions : iterable of Condition, default=()
        Additional conditions, which may link different spaces. Hyperparameters that are already
        conditional need none: they follow their parents.
    forbidden : iterable of Forbidden, default=()
        Additional forbidden combinations, which may span different spaces.

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        For common names, and for conditions and forbidden combinations that `Space` rejects.

    See Also
    --------
    autoskl.space.when : makes a whole space conditional.
    """
    parameters, own_conditions, own_forbidden = merge_items(spaces)
    return Space(parameters.values(), (*own_conditions, *conditions), (*own_forbidden, *forbidden))
