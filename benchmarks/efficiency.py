"""Where the core-seconds of a fit go, and when the first real model is there.

python benchmarks/efficiency.py
python benchmarks/efficiency.py --seconds 60 --rows 1000 10000 --n-jobs 2
"""

from __future__ import annotations

import argparse
import io
import re
import time
from contextlib import redirect_stderr

import numpy as np
from sklearn.datasets import make_classification

from autoskl import AutoClassifier

FAMILY = re.compile(r"\| (\w+)\s*$")


class Stamped(io.StringIO):
    """A terminal that notes when the line of the first real model was written to it."""

    first: float | None = None

    def isatty(self) -> bool:
        """Say yes, so that every result gets its line."""
        return True

    def write(self, text: str) -> int:
        """Take in a line of progress."""
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
    """Return the seconds from the call of ``fit`` to the first result that is no constant."""
    X, y = table(n_rows)
    seconds = []
    for seed in range(repetitions):
        stream = Stamped()
        start = time.perf_counter()
        with redirect_stderr(stream):
            AutoClassifier(time_limit=5, n_jobs=n_jobs, random_state=seed, verbose=1).fit(X, y)
        seconds.append((stream.first or float("nan")) - start)
    return seconds


def report_fit(n_rows: int, seconds: float, n_jobs: int) -> None:
    """Fit once, and print the share of the core-seconds by what they were spent on."""
    X, y = table(n_rows)
    model = AutoClassifier(time_limit=seconds, n_jobs=n_jobs, random_state=0)
    start, busy = time.perf_counter(), time.process_time()
    model.fit(X, y)
    wall, main_process = time.perf_counter() - start, time.process_time() - busy
    rows = model.history_.to_rows()
    fits = sum(row["fit_seconds"] for row in rows)
    predictions = sum(row["predict_seconds"] for row in rows)
    cores = wall * n_jobs
    print(f"\n{n_rows} rows x 20, {n_jobs} cores, {seconds:g} s: wall {wall:.2f} s")
    print(f"  fits {fits / cores:6.1%}   predictions {predictions / cores:6.1%}")
    print(f"  both {(fits + predictions) / cores:6.1%} of {cores:.1f} core-seconds")
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
    for n_rows in options.rows:
        report_fit(n_rows, options.seconds, options.n_jobs)


if __name__ == "__main__":
    main()
