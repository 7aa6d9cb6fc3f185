"""Work queue shared by several processes and machines through leases."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, true, tuple_, update

from autoskl.metalearning.store.schema import WORK
from autoskl.metalearning.store.store import Store

_POSTPONED = 10**9
"""Added to the priority of units that wait for all others."""

_KEY = ("task", "stage", "repeat", "configuration", "fold")


@dataclass(frozen=True, slots=True)
class WorkUnit:
    """One evaluation: a configuration on a fold of a split of a task."""

    task: str
    stage: str
    repeat: int
    configuration: str
    fold: int

    def key(self) -> dict[str, Any]:
        """Return the primary key of its row."""
        return {name: getattr(self, name) for name in _KEY}


@dataclass(frozen=True, slots=True)
class Scope:
    """The units in the queue that one builder can process.

    Attributes
    ----------
    stage : str
    tasks, configurations : tuple of str
        Keys of tasks and configurations.
    """

    stage: str
    tasks: tuple[str, ...]
    configurations: tuple[str, ...]

    def condition(self) -> Any:
        """Return the SQL condition that selects their rows."""
        return and_(
            WORK.c.stage == self.stage,
            WORK.c.task.in_(self.tasks),
            WORK.c.configuration.in_(self.configurations),
        )


class WorkQueue:
    """Leases units in order of priority; a unit not finished in time is leased again.

    Parameters
    ----------
    store : Store
    lease_seconds : float, default=600
    clock : callable, default=time.time
        Unix time, consistent across machines.
    """

    def __init__(
        self, store: Store, lease_seconds: float = 600.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._owner = f"{platform.node()}:{os.getpid()}"[:80]

    def add(self, units: Iterable[tuple[WorkUnit, int]]) -> int:
        """Add units with their priorities (lowest first); return the number of new ones.

        Existing units get the new priority.

        Parameters
        ----------
        units : iterable of (WorkUnit, int)
        """
        rows = [{**unit.key(), "priority": priority} for unit, priority in units]
        initial = {"done": False, "owner": "", "leased_until": 0.0}
        n_new = self._store.add(WORK, ({**row, **initial} for row in rows))
        if n_new < len(rows):
            same = and_(*(WORK.c[name] == bindparam(f"_{name}") for name in _KEY))
            change = update(WORK).where(same).values(priority=bindparam("_priority"))
            renamed = [{f"_{name}": value for name, value in row.items()} for row in rows]
            with self._store.transaction() as connection:
                connection.execute(change, renamed)
        return n_new

    def lease(self, n_units: int = 1, scope: Scope | None = None) -> list[WorkUnit]:
        """Lease the next units that are neither done nor leased by others.

        Parameters
        ----------
        n_units : int, default=1
            Maximum number.
        scope : Scope, default=None
            Units to choose from; all by default.
        """
        now = self._clock()
        key = [WORK.c[name] for name in _KEY]
        free = (
            select(*key)
            .where(WORK.c.done.is_(False), WORK.c.leased_until < now, _inside(scope))
            .order_by(WORK.c.priority, *key)
            .limit(n_units)
            .with_for_update(skip_locked=True)
        )
        # A single statement, so that no other process can lease the same units.
        take = (
            update(WORK)
            .where(tuple_(*key).in_(free))
            .values(owner=self._owner, leased_until=now + self._lease_seconds)
            .returning(WORK.c.priority, *key)
        )
        with self._store.transaction() as connection:
            taken = sorted(tuple(row) for row in connection.execute(take))
        return [WorkUnit(*row[1:]) for row in taken]

    def postpone(self, configurations: Collection[str], stage: str) -> None:
        """Defer the remaining units of some configurations behind all others.

        Parameters
        ----------
        configurations : collection of str
            Keys of the configurations.
        stage : str
        """
        if not configurations:
            return
        chosen = and_(
            WORK.c.configuration.in_(sorted(configurations)),
            WORK.c.stage == stage,
            WORK.c.done.is_(False),
            WORK.c.priority < _POSTPONED,
        )
        change = update(WORK).where(chosen).values(priority=WORK.c.priority + _POSTPONED)
        with self._store.transaction() as connection:
            connection.execute(change)

    def finish(self, unit: WorkUnit) -> None:
        """Mark a unit as done."""
        with self._store.transaction() as connection:
            connection.execute(update(WORK).where(_is(unit)).values(done=True))

    def release(self, units: Iterable[WorkUnit]) -> None:
        """Return leased units that were not done."""
        chosen = [_is(unit) for unit in units]
        if chosen:
            with self._store.transaction() as connection:
                connection.execute(update(WORK).where(or_(*chosen)).values(leased_until=0.0))

    def counts(self, scope: Scope | None = None) -> tuple[int, int]:
        """Return the numbers of done and of all units.

        Parameters
        ----------
        scope : Scope, default=None
            Units to count; all by default.
        """
        query = select(WORK.c.done, func.count()).where(_inside(scope)).group_by(WORK.c.done)
        with self._store.transaction() as connection:
            found = {bool(done): int(n) for done, n in connection.execute(query)}
        return found.get(True, 0), sum(found.values())


def _inside(scope: Scope | None) -> Any:
    return true() if scope is None else scope.condition()


def _is(unit: WorkUnit) -> Any:
    return and_(*(WORK.c[name] == value for name, value in unit.key().items()))
