"""Fits of networks with and without stopping by extrapolated learning curves, in equal time.

``python benchmarks/stopping.py FOLDER NAME ...`` prints a line of JSON for each table and variant:
the score on a quarter of the rows, trials, how many of them were stopped, and the share of their
epochs that was saved. FOLDER contains data sets with an ``index.csv``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sklearn.model_selection import train_test_split

from autoskl import AutoClassifier, AutoRegressor
from autoskl.metalearning.building.corpus import read_corpus, read_table
from autoskl.search import stopping

NETWORKS = {"model": ["real_mlp", "tabm", "mlp"]}


def measure(X: Any, y: Any, classification: bool, seconds: float, seed: int) -> dict[str, Any]:
    parts = train_test_split(
        X, y, test_size=0.25, random_state=seed, stratify=y if classification else None
    )
    kind = AutoClassifier if classification else AutoRegressor
    scoring = "neg_log_loss" if classification else "r2"
    model = kind(
        time_limit=seconds, n_jobs=2, include=NETWORKS, scoring=scoring, random_state=seed
    ).fit(parts[0], parts[2])
    records = [r for r in model.history_.records if r.folds and r.trial.origin != "constant"]
    stopped = [r for r in records if r.status == "stopped"]
    saved, whole = 0, 0
    for record in stopped:
        values = record.trial.configuration
        n_epochs = int(values[f"{values['model']}:n_epochs"])
        whole += n_epochs
        saved += n_epochs - max(len(result.curve) for result in record.folds.values())
    return {
        "test": round(float(model.score(parts[1], parts[3])), 4),
        "validation": round(float(model.best_score_), 4),
        "trials": len(records),
        "failed": sum(record.failed for record in records),
        "stopped": len(stopped),
        "epochs saved": round(saved / whole, 2) if whole else 0.0,
        "weight of stopped": float(
            model.leaderboard_.query("status == 'stopped'")["ensemble_weight"].sum()
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    entries = {entry.name: entry for entry in read_corpus(arguments.folder)}
    loss_to_beat = stopping.loss_to_beat
    for name in arguments.names:
        entry = entries[name]
        X, y = read_table(arguments.folder, entry)
        for variant in ("to the end", "stopped"):
            stopping.loss_to_beat = (
                loss_to_beat if variant == "stopped" else lambda records, unit: None
            )
            result = measure(X, y, entry.task.is_classification, arguments.seconds, arguments.seed)
            print(json.dumps({"name": name, "way": variant, **result}), flush=True)


if __name__ == "__main__":
    main()
