"""Clock audit: whether every fit returns within its time limit.

python benchmarks/clock.py run --out clock.jsonl          # resumable; about 25 minutes
python benchmarks/clock.py run --out clock.jsonl --quick  # every ninth case of at most 10 s
python benchmarks/clock.py report --out clock.jsonl

Each fit runs in a fresh process, so imports count as in a user's script. A heartbeat process
alongside records stalls of the machine; a fit with a stall of more than 0.25 s is repeated once,
and the repetition counts.
"""

from __future__ import annotations

import argparse
import compileall
import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np

LIMITS = (1.0, 2.0, 5.0, 10.0, 30.0)
ROWS = (100, 500, 2_000, 10_000, 50_000)
COLUMNS = (5, 20, 80, 300)
CLASSES = (1, 2, 5, 26)
"""1 stands for regression."""

CASES_PER_LIMIT = 22
TOLERATED_SECONDS, TOLERATED_SHARE = 0.5, 0.01
STALL = 0.25
HEARTBEAT_SECONDS = 0.01
QUANTILES = (0.0, 0.05, 0.5, 0.95, 1.0)


@dataclass(frozen=True)
class Case:
    """One fit of the audit."""

    limit: float
    rows: int
    columns: int
    classes: int
    n_jobs: int

    @property
    def name(self) -> str:
        """Return a key for the file of results."""
        return f"{self.limit:g}s-{self.rows}x{self.columns}-{self.classes}-{self.n_jobs}"


def cases() -> list[Case]:
    """Return the cases, spread evenly over all factors.

    A low-discrepancy sequence covers the combinations of rows, columns and classes with fewer cases
    than random draws. The two numbers of workers alternate.
    """
    chosen: dict[str, Case] = {}
    steps = (0.8191725134, 0.6710436067, 0.5497004779)  # of the plastic number's generalisation
    for limit in LIMITS:
        n_chosen = 0
        for i in count(1):
            if n_chosen == CASES_PER_LIMIT:
                break
            place = [(LIMITS.index(limit) * 0.37 + i * step) % 1 for step in steps]
            rows, columns, classes = (
                values[int(p * len(values))]
                for p, values in zip(place, (ROWS, COLUMNS, CLASSES), strict=True)
            )
            case = Case(limit, rows, columns, classes, 1 + n_chosen % 2)
            if rows >= 4 * classes and case.name not in chosen:
                chosen[case.name] = case
                n_chosen += 1
    return list(chosen.values())


def table(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return numeric columns and a target that depends on some of them; every class occurs."""
    rng = np.random.default_rng(abs(hash((case.rows, case.columns, case.classes))) % 2**32)
    X = rng.normal(size=(case.rows, case.columns))
    signal = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.5 * rng.normal(size=case.rows)
    if case.classes == 1:
        return X, signal
    cuts = np.quantile(signal, np.arange(1, case.classes) / case.classes)
    return X, np.digitize(signal, cuts)


def fit_here(case: Case) -> None:
    """Fit in this process and print how long it took."""
    from autoskl import AutoClassifier, AutoRegressor

    X, y = table(case)
    estimator = AutoRegressor if case.classes == 1 else AutoClassifier
    model = estimator(time_limit=case.limit, n_jobs=case.n_jobs, random_state=0)
    start = time.perf_counter()
    model.fit(X, y)
    wall = time.perf_counter() - start
    models = {record.name for record in model.history_.records if record.ok_folds}
    result = {"wall": wall, "members": len(model.ensemble_), "real": bool(models - {"constant"})}
    print(json.dumps(result))


def record_stalls(ended: Event, sender: object) -> None:
    """Send the longest delay of a heartbeat when stopped."""
    longest, last = 0.0, time.perf_counter()
    while not ended.is_set():
        time.sleep(HEARTBEAT_SECONDS)
        now = time.perf_counter()
        longest, last = max(longest, now - last - HEARTBEAT_SECONDS), now
    sender.send(longest)


@contextmanager
def heartbeat() -> Iterator[list[float]]:
    """Yield a list that contains the longest stall of the machine after the block."""
    stalls: list[float] = []
    context = multiprocessing.get_context("spawn")
    ended, (receiver, sender) = context.Event(), context.Pipe()
    process = context.Process(target=record_stalls, args=(ended, sender))
    process.start()
    try:
        yield stalls
    finally:
        ended.set()
        stalls.append(receiver.recv())
        process.join()


def measure(case: Case) -> dict:
    """Run a case in a fresh process under a heartbeat."""
    command = [sys.executable, "-W", "ignore", __file__, "one", "--case", json.dumps(asdict(case))]
    with heartbeat() as stalls:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        result = {"wall": float("inf"), "error": done.stderr[-2000:]}
    else:
        result = json.loads(done.stdout.splitlines()[-1])
    return {"case": asdict(case), "name": case.name, "stall": stalls[0], **result}


def compile_package() -> None:
    """Compile the sources once, as installing a package does, so that no fit has to."""
    package = Path(__file__).parent.parent / "autoskl"
    compileall.compile_dir(str(package), quiet=1)


def run(out: Path, chosen: list[Case]) -> None:
    """Run the cases that are not in the file yet."""
    compile_package()
    known = {entry["name"] for entry in read(out)}
    for case in chosen:
        if case.name in known:
            continue
        result = measure(case)
        if result["stall"] > STALL:
            result = {**measure(case), "repeated": True, "first": result}
        with out.open("a") as file:
            file.write(json.dumps(result) + "\n")
        over = result["wall"] - case.limit
        print(f"{case.name}: {over:+.2f} s, stall {result['stall']:.2f} s", flush=True)


def read(out: Path) -> list[dict]:
    """Return the results so far."""
    return [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def is_within(result: dict) -> bool:
    """Whether a fit was within the tolerance of its limit."""
    limit = result["case"]["limit"]
    return result["wall"] - limit <= max(TOLERATED_SECONDS, TOLERATED_SHARE * limit)


def report(out: Path) -> None:
    """Print the share of fits in time and the distances from the limit."""
    results = read(out)
    within = sum(map(is_within, results))
    print(f"{within} of {len(results)} fits within max(0.5 s, 1 %): {within / len(results):.1%}")
    print("\n| limit | fits | least | 5 % | median | 95 % | most | repeated | still stalled |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for limit in LIMITS:
        here = [r for r in results if r["case"]["limit"] == limit]
        if not here:
            continue
        over = np.quantile([r["wall"] - limit for r in here], QUANTILES)
        repeated = sum("repeated" in r for r in here)
        stalled = sum(r["stall"] > STALL for r in here)
        numbers = " | ".join(f"{value:+.2f}" for value in over)
        print(f"| {limit:g} s | {len(here)} | {numbers} | {repeated} | {stalled} |")
    print()
    for result in results:
        if not is_within(result) or not result.get("real", False):
            over = result["wall"] - result["case"]["limit"]
            what = "late" if not is_within(result) else "only the constant model"
            print(f"{what}: {result['name']}: {over:+.2f} s {result.get('error', '')}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["run", "report", "one"])
    parser.add_argument("--out", type=Path, default=Path("clock.jsonl"))
    parser.add_argument("--quick", action="store_true", help="a few short cases only")
    parser.add_argument("--case", type=json.loads, help="for one: a case, as JSON")
    options = parser.parse_args()
    if options.what == "one":
        fit_here(Case(**options.case))
        return
    if options.what == "run":
        short = [case for case in cases() if case.limit <= 10]
        run(options.out, short[::9] if options.quick else cases())
    report(options.out)


if __name__ == "__main__":
    main()
