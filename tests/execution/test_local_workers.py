"""Local workers when nothing fails, and what they leave behind."""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from autoskl.core.errors import ExecutionError
from autoskl.core.result import Status
from autoskl.execution import launcher, local_workers
from autoskl.execution.executor import Call, Limits, Outcome
from autoskl.execution.launcher import WorkerEnvironment
from autoskl.execution.local_workers import LocalWorkers, can_start_workers
from autoskl.execution.memory import exact_private
from autoskl.execution.memory_watch import MemoryWatch
from autoskl.execution.plain_launcher import PlainLauncher
from autoskl.execution.shared_data import FileHandle, MemoryHandle
from autoskl.execution.supervisor import Supervisor
from autoskl.execution.worker_pool import WorkerPool
from tests.execution import calls
from tests.execution.processes import descendants, still_alive

SECONDS = Limits(seconds=60)
ARRAYS = {"ones": np.ones(10_000), "name": "table"}


def run(executor: LocalWorkers, call: Call, limits: Limits = SECONDS) -> Outcome:
    ticket = executor.submit(call, limits)
    outcomes: dict[int, Outcome] = {}
    while executor.pending:
        outcomes.update(executor.wait())
    return outcomes[ticket]


def sum_of(handle: Any) -> float:
    return float(handle.load()["ones"].sum())


def is_writable(handle: Any) -> bool:
    return bool(handle.load()["ones"].flags.writeable)


@pytest.fixture(scope="module")
def executor() -> Iterator[LocalWorkers]:
    with LocalWorkers(2, threads_per_worker=2) as made:
        yield made


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_workers_have_their_number_of_threads(executor: LocalWorkers) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        assert run(executor, partial(calls.environment, name)).value == "2"


@pytest.mark.parametrize("threads", [1, 2])
def test_openmp_works_in_a_fork_of_the_template(executor: LocalWorkers, threads: int) -> None:
    outcome = run(executor, partial(calls.fit_boosting, threads))
    assert outcome.reason == ""
    assert np.isfinite(outcome.value)


def test_waiting_ends_with_an_error_without_a_loopback_interface(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(address: tuple[str, int]) -> socket.socket:
        raise PermissionError("sandboxed")

    monkeypatch.setattr("socket.create_server", refuse)
    errors: list[ExecutionError] = []
    with LocalWorkers(1, start_method="plain", preload=()) as executor:
        executor.submit(partial(calls.square, 3), SECONDS)

        def wait() -> None:
            try:
                executor.wait()
            except ExecutionError as error:
                errors.append(error)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        thread.join(20)
    assert "sandboxed" in str(errors[0])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_waiting_ends_with_an_error_when_even_closing_the_pool_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("broken")

    monkeypatch.setattr(WorkerPool, "start", fail)
    monkeypatch.setattr(WorkerPool, "close", fail)
    supervisor = Supervisor(WorkerPool(PlainLauncher(WorkerEnvironment()), 1), MemoryWatch(None))
    assert supervisor._finished.get(timeout=5) is None
    with pytest.raises(ExecutionError, match="broken"):
        supervisor.collect(0)
    supervisor._thread.join(20)  # so that its exception is reported here and not in the next test


def test_workers_run_in_parallel(executor: LocalWorkers, tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    executor.submit(partial(calls.meet, a, b), SECONDS)
    executor.submit(partial(calls.meet, b, a), SECONDS)
    outcomes = [outcome for _ in "ab" for _, outcome in executor.wait()]
    assert all(outcome.value is True for outcome in outcomes)
    assert executor.wait() == []


def test_waiting_ends_at_the_timeout(executor: LocalWorkers) -> None:
    executor.submit(calls.hang_in_c, Limits(seconds=0.4))
    assert executor.wait(timeout=0) == []
    assert executor.wait(timeout=0.01) == []
    [(_, outcome)] = executor.wait()
    assert outcome.status is Status.TIMEOUT


def test_an_interrupt_while_waiting_loses_no_outcome(executor: LocalWorkers) -> None:
    before = signal.getsignal(signal.SIGALRM)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    try:
        ticket = executor.submit(calls.hang_in_c, Limits(seconds=0.3))
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            executor.wait()
    finally:
        signal.signal(signal.SIGALRM, before)
    [(same, outcome)] = executor.wait()
    assert (same, outcome.status) == (ticket, Status.TIMEOUT)


def test_shared_arrays_are_mapped_read_only(executor: LocalWorkers) -> None:
    handle = executor.share(ARRAYS)
    assert isinstance(handle, FileHandle)
    assert run(executor, partial(is_writable, handle)).value is False
    assert not handle.load()["ones"].flags.writeable


def test_values_are_shared_on_disk_if_preferred() -> None:
    with LocalWorkers(1, preload=(), save_memory=True) as executor:
        handle = executor.share(ARRAYS)
        assert isinstance(handle, FileHandle)
        assert handle.path.parent == executor.directory
        assert run(executor, partial(sum_of, handle)).value == 10_000


def test_values_are_sent_to_workers_when_no_folder_is_writable(tmp_path: Path) -> None:
    with LocalWorkers(1, directory=tmp_path / "missing", preload=()) as executor:
        assert executor.directory is None
        handle = executor.share(ARRAYS)
        assert isinstance(handle, MemoryHandle)
        assert run(executor, partial(sum_of, handle)).value == 10_000
        run(executor, partial(calls.exit_at_once, 1))
        assert run(executor, partial(sum_of, handle)).value == 10_000
        assert run(executor, partial(is_writable, handle)).value is False
        assert handle.load()["name"] == "table"


def test_values_are_sent_to_workers_when_the_disk_is_full(
    executor: LocalWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(local_workers, "write_shared", refuse)
    handle = executor.share(ARRAYS)
    assert isinstance(handle, MemoryHandle)
    assert run(executor, partial(sum_of, handle)).value == 10_000


def test_peak_bytes_measures_the_memory_of_the_call(executor: LocalWorkers) -> None:
    size = 200 << 20
    large = run(executor, partial(calls.take_and_free, size))
    assert size < large.peak_bytes < 1.5 * size
    assert {run(executor, calls.pid).peak_bytes < size // 4 for _ in range(4)} == {True}


def test_temporary_files_of_calls_are_in_the_private_folder(executor: LocalWorkers) -> None:
    path = Path(run(executor, calls.write_file).value)
    assert path.parent == executor.directory
    assert path.exists()


def test_close_leaves_no_process_thread_descriptor_or_file() -> None:
    LocalWorkers(1, preload=()).close()  # what is created only once is created now
    before, files, threads = descendants(), descriptors(), threading.active_count()
    executor = LocalWorkers(2, preload=())
    handle = executor.share(ARRAYS)
    for limits in (SECONDS, Limits(seconds=0.2)):
        executor.submit(calls.hang_in_c, limits)
    executor.wait()
    processes = descendants() - before
    assert len(processes) >= 2
    executor.close()
    executor.close()
    assert still_alive(processes) == []
    assert descriptors() == files
    assert threading.active_count() == threads
    assert executor.directory is not None
    assert not executor.directory.exists()
    assert not handle.path.parent.exists()
    assert executor.pending == 0


def test_a_retired_executor_has_no_workers_but_keeps_its_files() -> None:
    before = descendants()
    with LocalWorkers(2, preload=()) as executor:
        path = Path(run(executor, calls.write_file).value)
        executor.submit(calls.hang_in_c)
        processes = descendants() - before
        executor.retire()
        template = {child.pid for child in psutil.Process().children()}
        assert still_alive(processes - template) == []
        assert path.exists()
    assert still_alive(processes) == []
    assert not path.exists()


def test_close_before_the_first_worker_is_ready_leaves_no_process() -> None:
    before = descendants()
    with LocalWorkers(2) as executor:
        pass
    assert still_alive(descendants() - before) == []
    assert executor.wait() == []


def test_a_closed_executor_refuses_calls() -> None:
    executor = LocalWorkers(1, preload=())
    executor.close()
    with pytest.raises(ExecutionError, match="have been closed"):
        executor.submit(calls.pid)


def test_a_garbage_collected_executor_is_closed() -> None:
    before = descendants()
    executor = LocalWorkers(1, preload=())
    assert not executor.ready
    assert executor.wait_ready(60)
    assert executor.ready
    mine = descendants() - before
    folder = executor.directory
    assert mine
    assert folder is not None
    del executor
    gc.collect()
    assert still_alive(mine) == []
    assert not folder.exists()


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_of_this_process_cannot_use_or_close_the_workers(executor: LocalWorkers) -> None:
    assert run(executor, calls.pid).ok
    child = os.fork()
    if not child:
        try:
            executor.submit(calls.pid)
        except ExecutionError:
            executor.close()
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert run(executor, calls.pid).ok
    assert executor.directory is not None
    assert executor.directory.exists()


def test_an_executable_other_than_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_start_workers()
    monkeypatch.setattr("sys.executable", "/bin/true")
    assert not can_start_workers()
    with pytest.raises(ExecutionError, match="cannot be started by '/bin/true'"):
        LocalWorkers(1)
    monkeypatch.setattr("sys.executable", "")
    assert not can_start_workers()


@pytest.mark.parametrize("start_method", ["template", "plain"])
def test_workers_that_cannot_start_raise_an_error(
    start_method: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def command(*_: object) -> list[str]:
        return [launcher.sys.executable, "-c", "raise SystemExit('no licence')"]

    monkeypatch.setattr(f"autoskl.execution.{start_method}_launcher.command", command)
    with LocalWorkers(1, start_method=start_method) as executor:
        executor.submit(calls.pid)
        for _ in range(2):
            with pytest.raises(ExecutionError, match=r"cannot be started: .*no licence"):
                executor.wait()
        with pytest.raises(ExecutionError, match="main process"):
            executor.wait_ready()
        assert not executor.ready
        assert executor.pending == 1


def test_without_threads_there_is_an_error_and_no_folder_remains(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(ExecutionError, match="cannot be supervised: can't start new thread"):
        LocalWorkers(1, directory=tmp_path)
    assert not list(tmp_path.iterdir())


def test_workers_start_beside_a_thousand_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2_000:
        pytest.skip("the hard limit of open files is too low")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, hard))
    try:
        with ExitStack() as files:
            for _ in range(1_100):
                files.enter_context(open(os.devnull, "rb"))
            with LocalWorkers(1, preload=()) as executor:
                assert run(executor, partial(max, 3, 4)).value == 4
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="there is a template on Linux only")
@pytest.mark.parametrize("in_workers", [False, True])
def test_libraries_are_imported_in_the_template_or_in_the_workers(in_workers: bool) -> None:
    with LocalWorkers(1, preload=("numpy",), preload_in_workers=in_workers) as executor:
        executor.submit(partial(calls.parent_has_library, "numpy"))
        [(_, outcome)] = executor.wait()
    assert outcome.value is not in_workers


def test_calls_too_large_to_run_together_run_one_by_one(tmp_path: Path) -> None:
    limit = exact_private("self") + (400 << 20)
    with LocalWorkers(2, memory_limit=limit, preload=()) as executor:
        limits = Limits(seconds=60, expected_bytes=300 << 20)
        calls_of = [partial(calls.alone, tmp_path / "running") for _ in range(4)]
        for call in calls_of:
            executor.submit(call, limits)
        outcomes: dict[int, Outcome] = {}
        while executor.pending:
            outcomes.update(executor.wait())
    assert all(outcome.value is True for outcome in outcomes.values())
