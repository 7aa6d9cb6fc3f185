from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autoskl.metalearning.store.store import Store
from autoskl.metalearning.store.work_queue import Scope, WorkQueue, WorkUnit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.sqlite") as store:
        yield store


def unit(name: str) -> WorkUnit:
    return WorkUnit(name, "H", 0, "c", 0)


def test_units_come_by_priority(store: Store) -> None:
    queue = WorkQueue(store)
    queue.add([(unit("late"), 5), (unit("b"), 1), (unit("a"), 1)])
    assert [u.task for u in queue.lease(2)] == ["a", "b"]
    assert [u.task for u in queue.lease(2)] == ["late"]
    assert queue.lease() == []


def test_two_builders_never_get_the_same_unit(store: Store) -> None:
    first, second = WorkQueue(store), WorkQueue(store)
    first.add((unit(str(i)), i) for i in range(10))
    taken = [u for _ in range(5) for queue in (first, second) for u in queue.lease()]
    assert len(set(taken)) == len(taken) == 10


def test_a_lost_unit_is_leased_again_after_its_lease(store: Store) -> None:
    clock = Clock()
    queue = WorkQueue(store, lease_seconds=60, clock=clock)
    queue.add([(unit("a"), 0)])
    assert queue.lease() == [unit("a")]
    clock.now += 59
    assert queue.lease() == []
    clock.now += 2
    assert queue.lease() == [unit("a")]


def test_a_finished_unit_is_never_leased_again(store: Store) -> None:
    clock = Clock()
    queue = WorkQueue(store, lease_seconds=60, clock=clock)
    queue.add([(unit("a"), 0), (unit("b"), 1)])
    (taken,) = queue.lease()
    queue.finish(taken)
    clock.now += 1000
    assert queue.add([(unit("a"), 0)]) == 0
    assert queue.lease(5) == [unit("b")]
    assert queue.counts() == (1, 2)


def test_a_released_unit_is_available_at_once(store: Store) -> None:
    queue = WorkQueue(store)
    queue.add([(unit("a"), 0)])
    queue.release(queue.lease())
    assert queue.lease() == [unit("a")]


def test_the_latest_priority_holds(store: Store) -> None:
    queue = WorkQueue(store)
    queue.add([(unit("a"), 0), (unit("b"), 1)])
    assert queue.add([(unit("a"), 9), (unit("c"), 2)]) == 1
    assert [u.task for u in queue.lease(3)] == ["b", "c", "a"]


def test_postponed_units_come_last(store: Store) -> None:
    queue = WorkQueue(store)
    lost = WorkUnit("first", "H", 0, "lost", 0)
    queue.add([(lost, 0), (unit("a"), 1), (unit("b"), 9)])
    queue.postpone({"lost"}, "F")  # another stage
    queue.postpone({"lost"}, "H")
    queue.postpone({"lost"}, "H")
    assert [u.task for u in queue.lease(3)] == ["a", "b", "first"]


def test_units_outside_the_scope_are_not_leased(store: Store) -> None:
    queue = WorkQueue(store)
    others = [WorkUnit("a", "F", 0, "c", 0), WorkUnit("b", "H", 0, "c", 0)]
    others += [WorkUnit("a", "H", 0, "d", 0)]
    queue.add([*((each, 0) for each in others), (unit("a"), 9)])
    mine = Scope("H", ("a",), ("c",))
    assert queue.counts(mine) == (0, 1)
    assert queue.lease(5, mine) == [unit("a")]
    assert queue.lease(5, mine) == []
    queue.finish(unit("a"))
    assert queue.counts(mine) == (1, 1)
    assert queue.counts() == (1, 4)
    assert len(queue.lease(5)) == 3  # none of them was taken meanwhile
