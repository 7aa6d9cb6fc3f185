"""The configurations with which a search starts: ordered, strong and unlike each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.metalearning.shipped import Metadata, shipped_metadata
from autoskl.space.space import Space

FIRST_FAMILY = "linear"
"""Opens every portfolio: its first member is fitted while the workers start."""

_DEAR_SHARE = 0.25
"""Share of the time left from which a member lets the next ones pass."""

_LETS_PASS = 2


def portfolio_for(
    space: Space, task: Task, n_rows: int, metadata: Metadata | None = None
) -> Iterator[Configuration]:
    """Yield the portfolio's configurations that belong to a space, in order, each once.

    Parameters
    ----------
    space : Space
        What it lacks, such as a family that is not installed or was excluded, drops the member.
    task : Task
    n_rows : int
    metadata : Metadata, default=None
        The shipped ones by default.
    """
    source = shipped_metadata() if metadata is None else metadata
    seen: set[Configuration] = set()
    for candidate in source.order(task, n_rows):
        configuration = candidate.fitted_to(space)
        if configuration is not None and configuration not in seen:
            seen.add(configuration)
            yield configuration


def arranged(
    members: Sequence[Configuration],
    seconds_of: Callable[[Configuration], float],
    core_seconds: float,
) -> list[Configuration]:
    """Return members in an order that fits the time: a dear one lets the next two pass.

    The first member keeps its place.

    Parameters
    ----------
    members : sequence of Configuration
    seconds_of : callable
        Predicted core-seconds that a member takes.
    core_seconds : float
        Of all workers together.
    """
    queue, order, left = list(members), [], core_seconds
    passed: dict[Configuration, int] = {}
    while queue:
        member = queue.pop(0)
        seconds = seconds_of(member)
        dear = bool(order) and seconds > _DEAR_SHARE * left
        if dear and queue and passed.get(member, 0) < len(members):
            passed[member] = passed.get(member, 0) + _LETS_PASS
            queue.insert(_LETS_PASS, member)
            if all(seconds_of(other) > _DEAR_SHARE * left for other in queue):
                return order + sorted(queue, key=seconds_of)
            continue
        order.append(member)
        left = max(left - seconds, 0.0)
    return order
