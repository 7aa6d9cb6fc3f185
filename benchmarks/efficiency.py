"""Where the core-seconds of a fit go, and when the first real model is ready.

python benchmarks/efficiency.py
python benchmarks/efficiency.py --seconds 60 --rows 1000 10000 --n-jobs 2
"""

from __future__ import annotations

import argparse
import io
import os
import re
import statistics
import threading
import time
from contextlib import redirect_stderr
from typing import Any

import numpy as np
from sklearn.datasets import make_classification

from autoskl import AutoClassifier
from autoskl.core.result import FoldResult
from autoskl.execution.executor import Outcome
from autoskl.execution.local_workers import LocalWorkers
from autoskl.search import workforce

FAMILY = re.compile(r"\| (\w+)\s*$")


class FirstModelStream(io.StringIO):
    """A terminal that records when the line of the first real model is written."""

    first: float | None = None

    def isatty(self) -> bool:
        """Return True, so that every result gets a line."""
        return True

    def write(self, text: str) -> int:
        """Process a line of progress."""
        family = FAMILY.search(text)
        if self.first is None and family and family[1] != "constant":
            self.first = time.perf_counter()
        return super().write(text)


def table(n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of 20 columns and three classes."""
    return make_classification(
        n_rows, n_features=20, n_informative=10, n_classes=3, flip_y=0.05, random_state=0
    )


def first_model_seconds(n_rows: int, n_jobs: int, repetitions: int = 5) -> list[float]:
    """Return the seconds from calling ``fit`` to the first result of a non-constant model."""
    os.environ["COLUMNS"] = "200"  # lines are truncated to the width of the terminal
    X, y = table(n_rows)
    seconds = []
    for seed in range(repetitions):
        stream = FirstModelStream()
        start = time.perf_counter()
        with redirect_stderr(stream):
            AutoClassifier(time_limit=5, n_jobs=n_jobs, random_state=seed, verbose=1).fit(X, y)
        seconds.append((stream.first or float("nan")) - start)
    return seconds


def one_trial_seconds(repetitions: int = 30) -> list[float]:
    """Return the CPU seconds of fits of one trial on 100 x 5, without a time limit."""
    X, y = make_classification(100, 5, random_state=0)
    seconds = []
    for seed in range(repetitions + 1):
        start = time.process_time()
        AutoClassifier(n_trials=1, time_limit=None, random_state=seed).fit(X, y)
        seconds.append(time.process_time() - start)
    return seconds[1:]  # the first fit includes imports


class TimedWorkers(LocalWorkers):
    """Workers whose times are recorded: when they are ready, work and retire."""

    last: TimedWorkers

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        TimedWorkers.last = self
        self.ready_at = self.retired_at = float("nan")
        self.in_units = self.in_models = self.cut_off = 0.0
        threading.Thread(target=self._note_ready, daemon=True).start()

    def _note_ready(self) -> None:
        self.wait_ready()
        self.ready_at = time.perf_counter()

    def wait(self, timeout: float | None = None) -> list[tuple[int, Outcome]]:
        """Return outcomes after adding up their seconds."""
        outcomes = super().wait(timeout)
        for _, outcome in outcomes:
            self.in_units += outcome.seconds
            self.in_models += sum(map(model_seconds, outcome.value or ()))
        return outcomes

    def retire(self) -> None:
        """Record the end of the search and the start times of the units it cancels."""
        self.retired_at = time.perf_counter()
        pool = self._supervisor._pool.workers
        running = [worker for worker in pool if worker.call is not None]
        self.cut_off = sum(time.monotonic() - worker.assigned for worker in running)
        super().retire()


def model_seconds(result: FoldResult) -> float:
    """Return the seconds spent in the fit and the prediction of a fold.

    Boosted trees predict the held-out rows during the fit, so their prediction time is estimated.
    """
    return result.fit_seconds + (0.0 if result.checkpoints else result.predict_seconds)


def report_rest(start: float, end: float, in_models: float, n_jobs: int) -> None:
    """Print how the core-seconds outside of models were spent."""
    workers, cores = TimedWorkers.last, (end - start) * n_jobs
    in_main = in_models - workers.in_models
    searching = n_jobs * (workers.retired_at - workers.ready_at)
    parts = {
        "start: until the workers are ready": n_jobs * (workers.ready_at - start) - in_main,
        "units: what is not the model, most of it writing it": workers.in_units - workers.in_models,
        "between units: handing over, waiting": searching - workers.in_units - workers.cut_off,
        "cut off: units that the end stopped": workers.cut_off,
        "end: last ensemble, reading its models, closing": n_jobs * (end - workers.retired_at),
    }
    for what, seconds in parts.items():
        print(f"    {seconds / cores:6.1%}  {what}")


def report_fit(n_rows: int, seconds: float, n_jobs: int) -> None:
    """Fit once and print how the core-seconds were spent."""
    workforce.LocalWorkers = TimedWorkers
    X, y = table(n_rows)
    model = AutoClassifier(time_limit=seconds, n_jobs=n_jobs, random_state=0)
    start, cpu_start = time.perf_counter(), time.process_time()
    model.fit(X, y)
    end, main_process = time.perf_counter(), time.process_time() - cpu_start
    wall = end - start
    rows = model.history_.to_rows()
    fits = sum(row["fit_seconds"] for row in rows)
    predictions = sum(row["predict_seconds"] for row in rows if row["iterations"] is None)
    cores = wall * n_jobs
    print(f"\n{n_rows} rows x 20, {n_jobs} cores, {seconds:g} s: wall {wall:.2f} s")
    print(f"  fits {fits / cores:6.1%}   predictions {predictions / cores:6.1%}")
    print(f"  both {(fits + predictions) / cores:6.1%} of {cores:.1f} core-seconds")
    report_rest(start, end, fits + predictions, n_jobs)
    print(f"  CPU of the main process {main_process / cores:.1%}: space, optimizer, ensemble")
    print(f"  {len(rows)} fold results, {sum(r['status'] != 'ok' for r in rows)} failed")
    for family, spent in sorted(model.history_.seconds_by_family().items(), key=lambda x: -x[1]):
        print(f"    {family:<28}{spent:8.2f} s")


def main() -> None:
    """Run both measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--n-jobs", type=int, default=2)
    options = parser.parse_args()
    first = first_model_seconds(1_000, options.n_jobs)
    print("first real model on 1,000 rows:", ", ".join(f"{s:.2f}" for s in first), "s")
    one = one_trial_seconds()
    print(
        f"one trial on 100 x 5: least {min(one):.3f}, median {statistics.median(one):.3f} s of CPU"
    )
    for n_rows in options.rows:
        report_fit(n_rows, options.seconds, options.n_jobs)


if __name__ == "__main__":
    main()
