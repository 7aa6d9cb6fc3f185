from __future__ import annotations

import time

import pytest

from autoskl.execution.executor import Limits
from autoskl.execution.memory_watch import MemoryWatch
from autoskl.execution.worker_process import PendingCall, WorkerProcess

MB = 1 << 20
MAIN = "self"


def worker(pid: int, *, busy: bool = True, limit: int | None = None) -> WorkerProcess:
    made = WorkerProcess(number=pid, pid=pid, inherited_bytes=50 * MB)
    if busy:
        made.assign(PendingCall(0, (), Limits(memory_bytes=limit)))
    return made


def watch(limit: int | None, **sizes: int) -> MemoryWatch:
    """Return a watch over processes of given sizes; quick values include inherited memory."""
    exact = {MAIN if name == "main" else int(name[1:]): size for name, size in sizes.items()}
    quick = {pid: size + (0 if pid == MAIN else 50 * MB) for pid, size in exact.items()}
    return MemoryWatch(limit, quick.__getitem__, exact.__getitem__)


def test_within_the_limit_no_worker_is_killed() -> None:
    workers = [worker(1), worker(2)]
    assert watch(1000 * MB, main=300 * MB, p1=300 * MB, p2=399 * MB).check(workers, [MAIN]) is None
    assert [w.peak_bytes for w in workers] == [300 * MB, 399 * MB]


def test_beyond_the_limit_the_largest_worker_is_killed() -> None:
    workers = [worker(1), worker(2)]
    victim = watch(1000 * MB, main=300 * MB, p1=300 * MB, p2=600 * MB).check(workers, [MAIN])
    assert victim is not None
    assert victim[0] is workers[1]
    assert victim[1] == (
        "all processes together used 1.2 GB of memory, their limit: 1000 MB; "
        "this one used the most, 600 MB"
    )


def test_an_idle_worker_counts_but_is_not_killed() -> None:
    workers = [worker(1, busy=False), worker(2)]
    victim = watch(1000 * MB, main=300 * MB, p1=500 * MB, p2=400 * MB).check(workers, [MAIN])
    assert victim is not None
    assert victim[0] is workers[1]


def test_no_worker_is_killed_for_the_size_of_the_main_process() -> None:
    assert watch(1000 * MB, main=2000 * MB, p1=10 * MB).check([worker(1)], [MAIN]) is None


def test_the_limit_of_a_call_is_enforced() -> None:
    workers = [worker(1, limit=100 * MB), worker(2, limit=100 * MB)]
    victim = watch(None, main=0, p1=99 * MB, p2=101 * MB).check(workers, [MAIN])
    assert victim == (workers[1], "it used 101 MB of memory; its limit: 100 MB")


def test_inherited_memory_does_not_count() -> None:
    quick = {1: 60 * MB}
    memory_watch = MemoryWatch(None, quick.__getitem__, quick.__getitem__)
    one = worker(1)
    memory_watch.check([one], [])
    assert one.peak_bytes == 10 * MB


@pytest.mark.parametrize(("main", "most"), [(0, 0.2), (990 * MB, 0.02)])
def test_checks_are_more_frequent_near_the_limit(main: int, most: float) -> None:
    memory_watch = watch(1000 * MB, main=main, p1=0)
    memory_watch.check([worker(1)], [MAIN])
    assert memory_watch.next_check <= time.monotonic() + most


def with_expected_bytes(pid: int, n_bytes: int) -> WorkerProcess:
    made = worker(pid)
    made.assign(PendingCall(0, (), Limits(expected_bytes=n_bytes)))
    return made


def test_a_call_waits_until_its_memory_is_free() -> None:
    memory_watch = watch(1000 * MB, main=200 * MB, p1=10 * MB, p2=0)
    workers = [with_expected_bytes(1, 500 * MB), worker(2, busy=False)]
    assert memory_watch.has_room(300 * MB, workers, [MAIN])
    assert not memory_watch.has_room(301 * MB, workers, [MAIN])
    memory_watch.shared_bytes = 100 * MB  # a table in shared memory
    assert not memory_watch.has_room(201 * MB, workers, [MAIN])


def test_used_memory_counts_if_it_exceeds_the_expected() -> None:
    memory_watch = watch(1000 * MB, main=200 * MB, p1=700 * MB, p2=0)
    workers = [with_expected_bytes(1, 500 * MB), worker(2, busy=False)]
    assert memory_watch.has_room(100 * MB, workers, [MAIN])
    assert not memory_watch.has_room(101 * MB, workers, [MAIN])


def test_a_call_starts_whatever_it_needs_if_none_runs() -> None:
    memory_watch = watch(1000 * MB, main=900 * MB, p1=0)
    assert memory_watch.has_room(5000 * MB, [worker(1, busy=False)], [MAIN])


def test_shared_memory_counts_towards_the_limit() -> None:
    memory_watch = watch(1000 * MB, main=300 * MB, p1=300 * MB)
    memory_watch.shared_bytes = 500 * MB
    victim = memory_watch.check([worker(1)], [MAIN])
    assert victim is not None
    assert "used 1.1 GB of memory" in victim[1]
