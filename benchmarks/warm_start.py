"""The gain from learning on other data sets: paired real fits with and without it.

    autoskl metadata learn --store s.sqlite --output other --exclude NAME,NAME,...
    python benchmarks/warm_start.py FOLDER other --seconds 60 --seeds 0 1 --results pairs.jsonl

The data sets are those that ``other`` excludes, unless they are named. The script can be
interrupted and resumed: fits in the results file are not repeated. Each fit runs in a separate
process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

ARMS = {"warm": "portfolio", "similar": "similar", "landmarks": "landmarks", "cold": False}
MOST_ROWS = 10_000


def load(folder: Path, name: str) -> tuple[Any, Any, bool]:
    """Return the table, the target and whether the task is classification."""
    from autoskl.metalearning.building.corpus import read_corpus, read_table

    entry = next(entry for entry in read_corpus(folder) if entry.name == name)
    table, target = read_table(folder, entry)
    return table, target, entry.task.is_classification


def fit_once(options: argparse.Namespace) -> dict[str, Any]:
    """Fit on three quarters of the rows and score on the rest, relative to the constant model."""
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.model_selection import train_test_split

    from autoskl import AutoClassifier, AutoRegressor

    X, y, classes = load(options.folder, options.one)
    chosen = np.random.default_rng(options.seed).permutation(len(y))[:MOST_ROWS]
    X, y = X.iloc[chosen].reset_index(drop=True), y.iloc[chosen].reset_index(drop=True)
    if classes:
        counts = y.value_counts()
        kept = y.isin(counts.index[counts >= 4])
        X, y = X[kept], y[kept].astype(str)
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=0.25, random_state=options.seed, stratify=y if classes else None
    )
    make = AutoClassifier if classes else AutoRegressor
    started = time.monotonic()
    model = make(
        time_limit=options.seconds,
        n_jobs=options.jobs,
        random_state=options.seed,
        warm_start=ARMS[options.arm],
    ).fit(X, y)
    took = time.monotonic() - started
    dummy = (DummyClassifier() if classes else DummyRegressor()).fit(X, y)
    return {
        "loss": _loss(model, X_test, y_test, classes),
        "constant": _loss(dummy, X_test, y_test, classes),
        "seconds": round(took, 2),
    }


def _loss(model: Any, X: Any, y: Any, classes: bool) -> float:
    from sklearn.metrics import log_loss, root_mean_squared_error

    if classes:
        return float(log_loss(y, model.predict_proba(X), labels=model.classes_))
    return float(root_mean_squared_error(y, model.predict(X)))


def missing(options: argparse.Namespace, names: list[str]) -> list[tuple[str, int, str]]:
    """Return the fits without a result, pairs together, so that they run under the same load."""
    done = {(row["name"], row["seed"], row["arm"]) for row in read(options.results)}
    wanted = [(n, seed, arm) for n in names for seed in options.seeds for arm in options.arms]
    return [key for key in wanted if key not in done]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the results so far."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def run(options: argparse.Namespace, name: str, seed: int, arm: str) -> dict[str, Any]:
    """Fit in a separate process."""
    command = [sys.executable, __file__, str(options.folder), str(options.metadata)]
    command += ["--one", name, "--arm", arm, "--seed", str(seed)]
    command += ["--seconds", str(options.seconds), "--jobs", str(options.jobs)]
    environment = {**os.environ, "AUTOSKL_METADATA": str(options.metadata)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} with seed {seed} ({arm}) failed:\n{done.stderr[-2000:]}")
    return {"name": name, "seed": seed, "arm": arm, **json.loads(done.stdout.splitlines()[-1])}


def report(rows: list[dict[str, Any]], arms: list[str]) -> list[str]:
    """Return lines with the mean differences in normalised loss to the cold start."""
    losses: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        losses[row["arm"]][row["name"]][row["seed"]] = row["loss"] / row["constant"]
    lines = []
    for arm in arms:
        if arm == "cold":
            continue
        differences = []
        for name, warm in losses[arm].items():
            cold = losses["cold"].get(name, {})
            pairs = [warm[seed] - cold[seed] for seed in warm if seed in cold]
            if pairs:
                differences.append(float(np.mean(pairs)))
        if len(differences) < 2:
            lines.append(f"{arm}: {len(differences)} data sets, too few")
            continue
        mean, error = float(np.mean(differences)), float(stats.sem(differences))
        low, high = stats.t.interval(0.95, len(differences) - 1, mean, error)
        better = int(np.sum(np.array(differences) < 0))
        lines.append(
            f"{arm} - cold: {mean:+.5f}, 95 % between {low:+.5f} and {high:+.5f}, lower on "
            f"{better} of {len(differences)} data sets (loss over that of the constant model)"
        )
    return lines


def main() -> None:
    """Fit what is missing, then report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("folder", type=Path, help="data sets with an index.csv")
    add("metadata", type=Path, help="metadata that have not seen them")
    add("--names", nargs="*", help="default: what the metadata exclude")
    add("--seconds", type=float, default=60.0)
    add("--seeds", type=int, nargs="*", default=[0, 1])
    add("--arms", nargs="*", default=["warm", "cold"], choices=list(ARMS))
    add("--jobs", type=int, default=2)
    add("--results", type=Path, default=Path("warm_start.jsonl"))
    add("--one", help=argparse.SUPPRESS)
    add("--arm", help=argparse.SUPPRESS)
    add("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(fit_once(options)))
        return
    excluded = json.loads((options.metadata / "manifest.json").read_text())["excluded"]
    for name, seed, arm in missing(options, options.names or excluded):
        row = run(options, name, seed, arm)
        with options.results.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)
    print("\n".join(report(read(options.results), options.arms)))


if __name__ == "__main__":
    main()
