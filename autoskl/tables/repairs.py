"""Repairs of the user's table, and messages that name the repaired columns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import StrEnum

MAX_NAMES = 5
"""Number of column names listed in a message."""


class Repair(StrEnum):
    """A change made to a column of the user's table."""

    INFINITE = "infinite"
    EMPTY = "empty"
    IDENTIFIER = "identifier"
    MIXED = "mixed types"
    NESTED = "nested"
    PLACEHOLDERS = "placeholders"
    NOT_NUMERIC = "not numeric"
    NOT_TEMPORAL = "not temporal"
    RENAMED = "renamed"


_MESSAGES = {
    Repair.INFINITE: "values that are infinite or beyond 3.4e38 were treated as missing in",
    Repair.EMPTY: "columns without any usable value were dropped:",
    Repair.IDENTIFIER: (
        "columns that look like identifiers, different in nearly every row, were dropped:"
    ),
    Repair.MIXED: "values of different types were read as text categories in",
    Repair.NESTED: "lists, dicts and the like were read as text categories in",
    Repair.PLACEHOLDERS: "words such as '?' among numbers or dates were treated as missing in",
    Repair.NOT_NUMERIC: "text that is not a number was treated as missing in",
    Repair.NOT_TEMPORAL: "text in another format was treated as missing in the dates or times of",
    Repair.RENAMED: "columns with duplicate names were renamed to",
}


def list_names(names: Iterable[Hashable], max_names: int = MAX_NAMES) -> str:
    """Quote names for a message; a long list is truncated.

    Examples
    --------
    >>> from autoskl.tables.repairs import list_names
    >>> list_names(["a", "b", "c"], max_names=2)
    "'a', 'b' and 1 more"
    """
    quoted = [repr(name) for name in names]
    more = f" and {len(quoted) - max_names} more" if len(quoted) > max_names else ""
    return ", ".join(quoted[:max_names]) + more


def describe_repairs(repairs: Iterable[tuple[Repair, str]]) -> list[str]:
    """Return one message per kind of repair, in the order of `Repair`.

    Parameters
    ----------
    repairs : iterable of (Repair, str)
        Pairs of a repair and a column name.

    Examples
    --------
    >>> from autoskl.tables.repairs import Repair, describe_repairs
    >>> describe_repairs([(Repair.INFINITE, "a"), (Repair.INFINITE, "b")])
    ["values that are infinite or beyond 3.4e38 were treated as missing in 'a', 'b'"]
    """
    names: dict[Repair, list[str]] = {repair: [] for repair in Repair}
    for repair, name in repairs:
        names[repair].append(name)
    return [f"{_MESSAGES[repair]} {list_names(found)}" for repair, found in names.items() if found]
