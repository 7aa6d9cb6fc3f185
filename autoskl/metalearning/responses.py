"""Members of a portfolio fitted to logarithms, among those that were learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autoskl.components.component import Role
from autoskl.core.configuration import Configuration
from autoskl.space.space import Space

_LOG = "log_response"


def with_log_responses(members: Iterable[Configuration], space: Space) -> Iterator[Configuration]:
    """Yield members, every other one from the third on fitted to the logarithm of skewed values.

    The lists were learned without that choice. What is fitted to logarithms errs elsewhere than
    what is fitted to the values, so that an ensemble gains from both. Trying members on both scales
    costs more than it gains where the time is enough for few of them.

    Parameters
    ----------
    members : iterable of Configuration
    space : Space
        Where it offers no logarithms, members are as they were.
    """
    offered = _LOG in getattr(space.parameters.get(Role.RESPONSE.value), "values", ())
    for place, member in enumerate(members):
        if offered and place > 0 and place % 2 == 0:
            yield space.complete({**member, Role.RESPONSE.value: _LOG})
        else:
            yield member
