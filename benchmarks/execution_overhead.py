"""Overhead of one unit beyond its own work, and of starting and stopping workers.

python benchmarks/execution_overhead.py [--workers 2] [--plain]
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autoskl.execution.executor import Limits
from autoskl.execution.local_workers import LocalWorkers

TABLE = np.random.default_rng(0).normal(size=(1_000_000, 30))


def zeros(n_bytes: int) -> np.ndarray[Any, Any]:
    return np.zeros(n_bytes, dtype=np.uint8)


def column_sum(handle: Any) -> float:
    return float(handle.load()[:, 0].sum())


def measure(call: Callable[[], object], repeats: int) -> str:
    """Return median and maximum milliseconds."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return f"{1000 * np.median(seconds):9.2f} ms  (at most {1000 * max(seconds):.2f})"


def run(executor: LocalWorkers, call: Callable[[], object], limits: Limits | None = None) -> None:
    executor.submit(call, limits or Limits(seconds=60))
    executor.wait()


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--plain", action="store_true", help="no template process")
    arguments = parser.parse_args()
    method = "plain" if arguments.plain else "template"

    started = time.perf_counter()
    executor = LocalWorkers(arguments.workers, start_method=method)
    print(f"constructor              {1000 * (time.perf_counter() - started):9.2f} ms")
    executor.wait_ready()
    print(f"first worker ready       {1000 * (time.perf_counter() - started):9.2f} ms")
    for _ in range(10 * arguments.workers):
        run(executor, int)
    print(f"no-op unit               {measure(lambda: run(executor, int), 500)}")
    result = partial(run, executor)
    print(f"result of 1 MB           {measure(lambda: result(partial(zeros, 10**6)), 100)}")
    print(f"result of 100 MB         {measure(lambda: result(partial(zeros, 10**8)), 5)}")

    handles: list[Any] = []
    text = measure(lambda: handles.append(executor.share(TABLE)), 1)
    print(f"share 240 MB             {text}")
    use = partial(column_sum, handles[0])
    print(f"first use of the table   {measure(lambda: run(executor, use), 1)}")
    print(f"further use              {measure(lambda: run(executor, use), 20)}")

    with LocalWorkers(1, start_method=method) as single_worker:
        single_worker.wait_ready()
        run(single_worker, int)
        print(f"unit after a kill        {measure(lambda: lose_one_and_run(single_worker), 10)}")
        print(
            f"stop at a limit of 0.2 s {measure(lambda: run(single_worker, hang, Limits(0.2)), 5)}"
        )

    for _ in range(arguments.workers):
        executor.submit(hang)
    started = time.perf_counter()
    executor.close()
    print(f"close with busy workers  {1000 * (time.perf_counter() - started):9.2f} ms")


def hang() -> None:
    time.sleep(1000)


def lose_one_and_run(executor: LocalWorkers) -> None:
    """Kill the only worker with SIGKILL, then run a unit on its replacement."""
    run(executor, kill_myself)
    run(executor, int)


if __name__ == "__main__":
    main()
