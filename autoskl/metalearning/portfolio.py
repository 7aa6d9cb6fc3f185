"""The configurations with which a search starts: ordered, strong and unlike each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from autoskl.components.component import Role
from autoskl.components.registry import component, shipped
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.candidates import Candidate
from autoskl.metalearning.shipped import Metadata, shipped_metadata
from autoskl.space.space import Space

Member = TypeVar("Member", bound=Hashable)

_MOST_ROWS = 20_000
"""Of tables on which lazy families are tried: each of their predictions searches the table."""

_SEAT = 2
"""Members before the default of a family that nothing was learned about: one of the user's."""

_DEAR_SHARE = 0.25
"""Share of the time left from which a member lets the others pass."""


def portfolio_for(
    space: Space,
    task: Task,
    n_rows: int,
    metadata: Metadata | None = None,
    arrange: Callable[[Sequence[Candidate]], Sequence[Candidate]] = tuple,
) -> Iterator[Configuration]:
    """Yield the portfolio's configurations that belong to a space, in order, each once.

    Families that did not come with autoskl get their default tried early: nothing is known against
    them, and who adds one wants to see it.

    Parameters
    ----------
    space : Space
        What it lacks, such as a family that is not installed or was excluded, drops the member.
    task : Task
    n_rows : int
    metadata : Metadata, default=None
        The shipped ones by default.
    arrange : callable, default=tuple
        Changes the order that was learned.
    """
    source = shipped_metadata() if metadata is None else metadata
    learned = _learned(space, arrange(source.order(task, n_rows)), n_rows)
    seen: set[Configuration] = set()
    for configuration in chain(islice(learned, _SEAT), _added(space), learned):
        if configuration not in seen:
            seen.add(configuration)
            yield configuration


def _learned(space: Space, order: Sequence[Candidate], n_rows: int) -> Iterator[Configuration]:
    for candidate in order:
        configuration = candidate.fitted_to(space)
        if configuration is None:
            continue
        if n_rows <= _MOST_ROWS or not component(candidate.family).tags.lazy:
            yield configuration


def _added(space: Space) -> Iterator[Configuration]:
    """Yield the defaults of the families that did not come with autoskl."""
    ours = shipped()
    for family in getattr(space.parameters.get(Role.MODEL.value), "values", ()):
        if family not in ours:
            yield space.complete({Role.MODEL.value: family})


def arranged(
    members: Sequence[Member],
    seconds_of: Callable[[Member], float],
    core_seconds: float,
) -> list[Member]:
    """Return members in an order that fits the time: dear ones let the others pass.

    The first member keeps its place. Of those that would each take much of what is left, the
    cheapest come first, at the end.

    Parameters
    ----------
    members : sequence of Configuration
    seconds_of : callable
        Predicted core-seconds that a member takes.
    core_seconds : float
        Of all workers together.
    """
    waiting = {member: seconds_of(member) for member in members}
    order: list[Member] = []
    left = core_seconds
    while waiting:
        free = (m for m, seconds in waiting.items() if seconds <= _DEAR_SHARE * left)
        member = next(iter(waiting)) if not order else next(free, None)
        if member is None:
            return order + sorted(waiting, key=lambda m: waiting[m])
        left -= waiting.pop(member)
        order.append(member)
    return order
