"""Expected versus measured memory of each family, and a large fit under 2 GiB.

python benchmarks/memory.py families --out memory.jsonl   # resumable; prints the table at the end
python benchmarks/memory.py report --out memory.jsonl     # with the priors as they are now
python benchmarks/memory.py small                         # 500,000 x 50 under 2 GiB
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
import warnings
from pathlib import Path

import numpy as np
from process_tree import PeakMemory

from autoskl import AutoClassifier, AutoRegressor
from autoskl.components.component import Role, Shape
from autoskl.components.registry import components
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.core.trial import Trial
from autoskl.pipelines.costs import PipelineCosts
from autoskl.search.memory_plan import MemoryPlan, TableSize
from autoskl.tables.columns import Column, Kind

TABLES = (
    (20_000, 20, 2),
    (1_500, 20, 1),
    (20_000, 20, 1),
    (1_500, 20, 5),
    (50_000, 20, 2),
    (20_000, 200, 2),
    (200_000, 20, 1),
)
"""Rows, columns, classes (1 for regression); a family is fitted on those it supports."""

TASKS = {1: Task.REGRESSION, 2: Task.BINARY}
TEST_SHARE = 0.1
MIB = 2**20


def table(n_rows: int, n_columns: int, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return numeric columns and a target that depends on some of them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, n_columns))
    signal = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.5 * rng.normal(size=n_rows)
    if n_classes == 1:
        return X, signal
    return X, np.digitize(signal, np.quantile(signal, np.arange(1, n_classes) / n_classes))


def expected_bytes(values: dict, n_rows: int, n_columns: int, n_classes: int) -> int:
    """Return the memory planned for a fit on such a table before any measurement."""
    shape = Shape(n_rows=n_rows, n_columns=n_columns, n_classes=n_classes)
    columns = tuple(Column(f"x{j}", Kind.NUMERIC) for j in range(n_columns))
    size = TableSize(
        shape=shape,
        row_bytes=8.0 * n_columns,
        train_share=1 - TEST_SHARE,
        pipelines=PipelineCosts(TASKS.get(n_classes, Task.MULTICLASS), columns, shape),
    )
    plan = MemoryPlan(size, None, given=False, timed=True, clock=time.monotonic)
    return plan.need(Trial(1, Configuration(values), origin="benchmark"))


def measure(family: str, n_rows: int, n_columns: int, n_classes: int, seconds: float) -> list[dict]:
    """Fit two configurations of a family on one split; return their peaks."""
    X, y = table(n_rows, n_columns, n_classes)
    n_test = round(TEST_SHARE * n_rows)
    split = [(np.arange(n_test, n_rows), np.arange(n_test))]
    estimator = AutoRegressor if n_classes == 1 else AutoClassifier
    fitted = estimator(
        n_trials=2, time_limit=None, trial_time_limit=seconds, n_jobs=2, cv=split,
        search="random", include=[family], random_state=0, memory_limit=None,
    ).fit(X, y)  # fmt: skip
    rows = [row for row in fitted.history_.to_rows() if row["model"] == family]
    return [
        {
            "family": family,
            "table": [n_rows, n_columns, n_classes],
            "configuration": dict(row["configuration"]),
            "measured": row["peak_bytes"],
            "status": row["status"],
        }
        for row in rows
        # The first linear model is fitted in this process; failed fits are not informative.
        if row["peak_bytes"] and row["status"] in {"ok", "timeout"}
    ]


def read(out: Path) -> list[dict]:
    """Return the measurements so far."""
    return [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def run_families(out: Path, seconds: float, count: int) -> None:
    """Measure each family on the first tables, unless it is already in the file."""
    known = {(entry["family"], tuple(entry["table"])) for entry in read(out)}
    for size in TABLES[:count]:
        task = TASKS.get(size[2], Task.MULTICLASS)
        for family, entry in components(Role.MODEL, task).items():
            is_supported = entry.fits(Shape(n_rows=size[0], n_columns=size[1], n_classes=size[2]))
            if family == "constant" or not is_supported or (family, size) in known:
                continue
            fits = measure(family, *size, seconds)
            with out.open("a") as file:
                file.write(json.dumps({"family": family, "table": size, "fits": fits}) + "\n")
            for fit in fits:
                print(f"{family} {size}: {fit['measured'] / MIB:.0f} MiB ({fit['status']})")


def report(out: Path) -> None:
    """Print one row for each family: the largest fit and the range of measured / expected."""
    peaks: dict[str, list[tuple[float, float]]] = {}
    for entry in read(out):
        for fit in entry["fits"]:
            expected = expected_bytes(fit["configuration"], *entry["table"])
            peaks.setdefault(entry["family"], []).append((fit["measured"], expected))
    print("| family | fits | expected MiB | measured MiB | measured / expected, least and most |")
    print("|---|--:|--:|--:|--:|")
    for family, fits in sorted(peaks.items()):
        ratios = [measured / expected for measured, expected in fits]
        measured, expected = max(fits)
        print(
            f"| {family} | {len(fits)} | {expected / MIB:.0f} | {measured / MIB:.0f} | "
            f"{min(ratios):.2f}, {max(ratios):.2f} |"
        )


def fit_small(limit: int, n_rows: int, n_columns: int, seconds: float, connection: object) -> None:
    """Fit in a process that has a limited address space, as do its children."""
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    X, y = table(n_rows, n_columns, 2)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        start = time.perf_counter()
        fitted = AutoClassifier(
            time_limit=seconds, n_jobs=2, random_state=0, memory_limit=limit
        ).fit(X, y)
        wall = time.perf_counter() - start
    failures = fitted.failures_
    connection.send(
        {
            "wall": wall,
            "members": len(fitted.ensemble_),
            "score": fitted.best_score_,
            "killed by the kernel": int(
                failures["reason"].str.contains("killed from outside").sum()
            ),
            "failures": failures[["model", "status", "reason"]].to_dict("records"),
            "warnings": [str(w.message) for w in seen],
        }
    )


def run_small(limit: int, n_rows: int, n_columns: int, seconds: float) -> None:
    receiver, sender = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    child = context.Process(
        target=fit_small, args=(limit, n_rows, n_columns, seconds, sender), daemon=False
    )
    with PeakMemory() as memory:
        child.start()
        sender.close()
        result = receiver.recv()
        child.join()
    for name, value in result.items():
        print(f"{name}: {value}")
    print(f"peak of all processes: {memory.peak / MIB:.0f} MiB of {limit / MIB:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["families", "report", "small"])
    parser.add_argument("--out", type=Path, default=Path("memory.jsonl"))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--limit", type=int, default=2**31)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--tables", type=int, default=len(TABLES), help="only the first ones")
    options = parser.parse_args()
    if options.what == "families":
        run_families(options.out, options.seconds, options.tables)
    if options.what == "small":
        run_small(options.limit, options.rows, options.columns, options.seconds)
    else:
        report(options.out)


if __name__ == "__main__":
    main()
