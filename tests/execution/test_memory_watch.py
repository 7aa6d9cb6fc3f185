from __future__ import annotations

import time

import pytest

from autoskl.execution.executor import Limits
from autoskl.execution.memory_watch import MemoryWatch, in_words
from autoskl.execution.worker_process import Unit, WorkerProcess

MB = 1_000_000
MAIN = "self"


def worker(pid: int, *, busy: bool = True, limit: int | None = None) -> WorkerProcess:
    made = WorkerProcess(number=pid, pid=pid, inherited=50 * MB)
    if busy:
        made.begin(Unit(0, (), Limits(memory_bytes=limit)))
    return made


def watch(limit: int | None, **sizes: int) -> MemoryWatch:
    """Return a watch over processes of given sizes; quick looks include what is inherited."""
    exact = {MAIN if name == "main" else int(name[1:]): size for name, size in sizes.items()}
    quick = {pid: size + (0 if pid == MAIN else 50 * MB) for pid, size in exact.items()}
    return MemoryWatch(limit, quick.__getitem__, exact.__getitem__)


def test_within_the_limit_nobody_goes() -> None:
    workers = [worker(1), worker(2)]
    assert watch(1000 * MB, main=300 * MB, p1=300 * MB, p2=399 * MB).look(workers, [MAIN]) is None
    assert [w.peak for w in workers] == [300 * MB, 399 * MB]


def test_beyond_it_the_largest_goes() -> None:
    workers = [worker(1), worker(2)]
    guilty = watch(1000 * MB, main=300 * MB, p1=300 * MB, p2=600 * MB).look(workers, [MAIN])
    assert guilty is not None
    assert guilty[0] is workers[1]
    assert guilty[1] == (
        "all processes together used 1.2 GB of memory, their limit: 1.0 GB; "
        "this one used the most, 600 MB"
    )


def test_an_idle_worker_counts_but_is_not_to_blame() -> None:
    workers = [worker(1, busy=False), worker(2)]
    guilty = watch(1000 * MB, main=300 * MB, p1=500 * MB, p2=400 * MB).look(workers, [MAIN])
    assert guilty is not None
    assert guilty[0] is workers[1]


def test_nobody_goes_for_the_size_of_the_main_process() -> None:
    assert watch(1000 * MB, main=2000 * MB, p1=10 * MB).look([worker(1)], [MAIN]) is None


def test_the_limit_of_one_call() -> None:
    workers = [worker(1, limit=100 * MB), worker(2, limit=100 * MB)]
    guilty = watch(None, main=0, p1=99 * MB, p2=101 * MB).look(workers, [MAIN])
    assert guilty == (workers[1], "it used 101 MB of memory; its limit: 100 MB")


def test_what_is_inherited_is_not_its_own() -> None:
    quick = {1: 60 * MB}
    watching = MemoryWatch(None, quick.__getitem__, quick.__getitem__)
    one = worker(1)
    watching.look([one], [])
    assert one.peak == 10 * MB


@pytest.mark.parametrize(("main", "most"), [(0, 0.2), (990 * MB, 0.02)])
def test_it_looks_more_often_near_the_limit(main: int, most: float) -> None:
    watching = watch(1000 * MB, main=main, p1=0)
    watching.look([worker(1)], [MAIN])
    assert watching.next_look <= time.monotonic() + most


def test_sizes_in_words() -> None:
    assert in_words(20 * MB) == "20 MB"
    assert in_words(1.26e9) == "1.3 GB"


def promised(pid: int, n_bytes: int) -> WorkerProcess:
    made = worker(pid)
    made.begin(Unit(0, (), Limits(expected_bytes=n_bytes)))
    return made


def test_a_unit_waits_until_what_it_needs_is_free() -> None:
    watching = watch(1000 * MB, main=200 * MB, p1=10 * MB, p2=0)
    workers = [promised(1, 500 * MB), worker(2, busy=False)]
    assert watching.has_room(300 * MB, workers, [MAIN])
    assert not watching.has_room(301 * MB, workers, [MAIN])
    watching.held = 100 * MB  # a table in shared memory
    assert not watching.has_room(201 * MB, workers, [MAIN])


def test_what_a_running_unit_has_taken_counts_if_it_is_more_than_expected() -> None:
    watching = watch(1000 * MB, main=200 * MB, p1=700 * MB, p2=0)
    workers = [promised(1, 500 * MB), worker(2, busy=False)]
    assert watching.has_room(100 * MB, workers, [MAIN])
    assert not watching.has_room(101 * MB, workers, [MAIN])


def test_alone_a_unit_starts_whatever_it_needs() -> None:
    watching = watch(1000 * MB, main=900 * MB, p1=0)
    assert watching.has_room(5000 * MB, [worker(1, busy=False)], [MAIN])


def test_shared_memory_counts_towards_the_limit() -> None:
    watching = watch(1000 * MB, main=300 * MB, p1=300 * MB)
    watching.held = 500 * MB
    guilty = watching.look([worker(1)], [MAIN])
    assert guilty is not None
    assert "used 1.1 GB of memory" in guilty[1]
