"""Members of a portfolio fitted to logarithms, beside those that were learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space

_LOG = "log_response"

_TWINS = 3
"""Members both of whose scales are tried, one after the other, before scales take turns."""


def with_log_responses(members: Iterable[Configuration], space: Space) -> Iterator[Configuration]:
    """Yield members, some of them fitted to the logarithm of the values where these are skewed.

    The lists were learned without that choice. What is fitted to logarithms errs elsewhere than
    what is fitted to the values, so that an ensemble gains from both, and which of them is better
    depends on the table.

    Parameters
    ----------
    members : iterable of Configuration
        The first one stays the first.
    space : Space
        Where it offers no logarithms, members are as they were.
    """
    if _LOG not in getattr(space.parameters.get(Role.RESPONSE.value), "values", ()):
        yield from members
        return
    rest = iter(members)
    yield from islice(rest, 1)
    for place, member in enumerate(rest):
        log = space.complete({**member, Role.RESPONSE.value: _LOG})
        if place < _TWINS or place % 2 == 0:
            yield member
        if place < _TWINS or place % 2 == 1:
            yield log
