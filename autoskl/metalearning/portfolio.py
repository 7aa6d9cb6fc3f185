"""The portfolio: ordered, complementary configurations with which a search starts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from autoskl.components.component import Role
from autoskl.components.registry import component, shipped
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.newcomer_positions import CUSTOM_FAMILY_POSITION
from autoskl.metalearning.shipped import Metadata, shipped_metadata
from autoskl.space.space import Space

Member = TypeVar("Member", bound=Hashable)

_MAX_ROWS = 20_000
"""Largest table on which lazy families are tried: each of their predictions searches it."""

_EXPENSIVE_SHARE = 0.25
"""Share of the remaining time above which a member is deferred."""


def portfolio_for(
    space: Space,
    task: Task,
    n_rows: int,
    metadata: Metadata | None = None,
    arrange: Callable[[Sequence[PortableConfiguration]], Sequence[PortableConfiguration]] = tuple,
) -> Iterator[Configuration]:
    """Yield the portfolio's configurations that belong to a space, in order and without duplicates.

    The default of each family that is not shipped with autoskl comes early: nothing is known
    against it, and whoever registers a family wants to see it tried.

    Parameters
    ----------
    space : Space
        Members outside it are dropped, such as families that are not installed or excluded.
    task : Task
    n_rows : int
    metadata : Metadata, default=None
        The shipped metadata by default.
    arrange : callable, default=tuple
        Reorders the learned members.
    """
    source = shipped_metadata() if metadata is None else metadata
    learned = _learned(space, arrange(source.order(task, n_rows)), n_rows)
    head = islice(learned, CUSTOM_FAMILY_POSITION)
    seen: set[Configuration] = set()
    for configuration in chain(head, _custom_families(space), learned):
        if configuration not in seen:
            seen.add(configuration)
            yield configuration


def _learned(
    space: Space, order: Sequence[PortableConfiguration], n_rows: int
) -> Iterator[Configuration]:
    for candidate in order:
        configuration = candidate.to_configuration(space)
        if configuration is None:
            continue
        if n_rows <= _MAX_ROWS or not component(candidate.family).tags.lazy:
            yield configuration


def _custom_families(space: Space) -> Iterator[Configuration]:
    """Yield the defaults of the families that are not shipped with autoskl."""
    own = shipped()
    for family in getattr(space.parameters.get(Role.MODEL.value), "values", ()):
        if family not in own:
            yield space.complete({Role.MODEL.value: family})


def order_by_cost(
    members: Sequence[Member],
    seconds_of: Callable[[Member], float],
    core_seconds: float,
) -> list[Member]:
    """Return members in an order that fits the time: expensive ones are deferred.

    The first member keeps its place. Members that would each take a large share of the remaining
    time come last, the cheapest of them first.

    Parameters
    ----------
    members : sequence of Configuration
    seconds_of : callable
        Predicted core-seconds of a member.
    core_seconds : float
        Available to all workers together.
    """
    waiting = {member: seconds_of(member) for member in members}
    order: list[Member] = []
    left = core_seconds
    while waiting:
        affordable = (m for m, seconds in waiting.items() if seconds <= _EXPENSIVE_SHARE * left)
        member = next(iter(waiting)) if not order else next(affordable, None)
        if member is None:
            return order + sorted(waiting, key=lambda m: waiting[m])
        left -= waiting.pop(member)
        order.append(member)
    return order
