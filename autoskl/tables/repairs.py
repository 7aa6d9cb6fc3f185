"""What had to be repaired in a table, in sentences that name the columns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import StrEnum

MOST_NAMES = 5


class Repair(StrEnum):
    """Something that was done to the user's table; the value is the sentence before the names."""

    INFINITE = "values that are infinite or beyond 3.4e38 were treated as missing in"
    EMPTY = "columns without any value were dropped:"
    IDENTIFIER = "columns that look like identifiers, different in nearly every row, were dropped:"
    MIXED = "values of different types were read as text categories in"
    NESTED = "lists, dicts and the like were read as text categories in"
    WORDS = "words such as '?' among numbers or dates were treated as missing in"
    STRAYS = "text that is no number was treated as missing among the numbers of"
    STRAY_TIMES = "text in another form was treated as missing among the dates or times of"
    RENAMED = "columns whose names occur twice were renamed to"


def list_names(names: Iterable[Hashable], most: int = MOST_NAMES) -> str:
    """Quote names for a message; a long list is cut.

    Examples
    --------
    >>> from autoskl.tables.repairs import list_names
    >>> list_names(["a", "b", "c"], most=2)
    "'a', 'b' and 1 more"
    """
    quoted = [repr(name) for name in names]
    more = f" and {len(quoted) - most} more" if len(quoted) > most else ""
    return ", ".join(quoted[:most]) + more


def describe(repairs: Iterable[tuple[Repair, str]]) -> list[str]:
    """Return one sentence for each kind of repair, in the order of `Repair`.

    Parameters
    ----------
    repairs : iterable of (Repair, str)
        Pairs of a repair and the name of a column.

    Examples
    --------
    >>> from autoskl.tables.repairs import Repair, describe
    >>> describe([(Repair.INFINITE, "a"), (Repair.INFINITE, "b")])
    ["values that are infinite or beyond 3.4e38 were treated as missing in 'a', 'b'"]
    """
    names: dict[Repair, list[str]] = {repair: [] for repair in Repair}
    for repair, name in repairs:
        names[repair].append(name)
    return [f"{repair} {list_names(found)}" for repair, found in names.items() if found]
