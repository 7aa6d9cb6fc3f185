"""Fits per second of one worker with all threads, and of one worker per thread.

python benchmarks/threads.py
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import partial

from autoskl.execution.local_workers import LocalWorkers

ROUNDS = 40
COLUMNS = 20


def fit(n_rows: int, threads: int) -> None:
    """Fit a typical LightGBM on synthetic rows."""
    import lightgbm
    import numpy as np

    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, COLUMNS))
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=n_rows) > 0).astype(int)
    data = lightgbm.Dataset(X, y, params={"verbosity": -1})
    parameters = {"objective": "binary", "num_threads": threads, "verbosity": -1}
    lightgbm.train({**parameters, "num_leaves": 31}, data, num_boost_round=ROUNDS)


def seconds_of(n_workers: int, threads: int, n_rows: int, n_fits: int) -> float:
    """Return the seconds of several fits on workers that are ready."""
    with LocalWorkers(n_workers, threads_per_worker=threads) as executor:
        for _ in range(n_workers):
            executor.submit(partial(fit, 1_000, threads))
        while executor.pending:
            executor.wait()
        start = time.perf_counter()
        for _ in range(n_fits):
            executor.submit(partial(fit, n_rows, threads))
        while executor.pending:
            executor.wait()
        return time.perf_counter() - start


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=3)
    arguments = parser.parse_args()
    cores = arguments.cores
    print("cells        workers x 1 thread   1 worker x threads   ratio")
    for n_rows in (1_000, 10_000, 50_000, 200_000, 500_000):
        many, one = [], []
        for _ in range(arguments.repetitions):
            many.append(seconds_of(cores, 1, n_rows, 2 * cores))
            one.append(seconds_of(1, cores, n_rows, 2 * cores))
        first, second = statistics.median(many), statistics.median(one)
        print(
            f"{n_rows * COLUMNS:>10,}{first:16.2f} s{second:18.2f} s{second / first:12.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
