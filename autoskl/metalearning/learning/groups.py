"""Groups of near-duplicate data sets, which are excluded from learning together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autoskl.metalearning.building.known_groups import known_group
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store


def read_groups(store: Store, earlier: Collection[str] = ()) -> dict[str, str]:
    """Return the group of each data set by name.

    Parameters
    ----------
    store : Store
    earlier : collection of str
        Names of data sets of earlier metadata, which the store may not contain.
    """
    known = {name: known_group(name) for name in earlier}
    return known | {str(row["key"]): str(row["group"]) for row in store.rows(schema.TASKS)}


def select_groups(names: Collection[str], group_of: Mapping[str, str]) -> set[str]:
    """Return the groups of some data sets.

    Parameters
    ----------
    names : collection of str
    group_of : mapping of str to str
        Group of each data set.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    unknown = sorted(set(names) - set(group_of))
    if unknown:
        raise ValueError(f"The store has no data set {', '.join(unknown)}.")
    return {group_of[name] for name in names}
