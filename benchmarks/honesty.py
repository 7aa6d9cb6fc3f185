"""Whether the reported score matches the score on test rows, over many data sets.

A table is split in two; the first half is fitted, the other gives the true score. The difference is
measured in standard errors, z = (reported - test) / standard error, so that easy and hard tables
count alike. An honest score has z around 0; a positive z means that it was too optimistic.

python benchmarks/honesty.py run FOLDER --results honesty.jsonl --time-limit 30
python benchmarks/honesty.py report honesty.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv with the columns name, task, target and rows.
Existing results are not recomputed.
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from autoskl import AutoClassifier, AutoRegressor

MOST_TRAIN, MOST_TEST, FEWEST = 5_000, 20_000, 500


def chosen(index: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the requested number of data sets, spread evenly over tasks and sizes."""
    usable = index[index.rows >= FEWEST].sort_values(["task", "rows", "name"])
    places = np.linspace(0, len(usable) - 1, min(count, len(usable))).round().astype(int)
    return usable.iloc[places]


def row_losses(model, X: pd.DataFrame, y: pd.Series) -> np.ndarray:
    """Return the log loss or the squared error of each row."""
    if not hasattr(model, "predict_proba"):
        return (model.predict(X) - y.to_numpy()) ** 2
    probabilities = model.predict_proba(X)
    codes = pd.Index(model.classes_).get_indexer(y)
    return -np.log(np.clip(probabilities[np.arange(len(y)), codes], 1e-15, 1.0))


def one(folder: Path, row: pd.Series, time_limit: float, seed: int) -> dict:
    """Fit on one half and compare the reported loss with that on the other."""
    frame = pd.read_csv(folder / f"{row['name']}.csv.gz", low_memory=False)
    frame = frame.dropna(subset=[row.target])
    X, y = frame.drop(columns=row.target), frame[row.target]
    classes = row.task != "regression"
    if classes:
        frequent = y.map(y.value_counts()) >= 10
        X, y = X[frequent], y[frequent].astype(str)
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=0.5, random_state=seed, stratify=y if classes else None
    )
    X, y = X[:MOST_TRAIN], y[:MOST_TRAIN]
    X_test, y_test = X_test[:MOST_TEST], y_test[:MOST_TEST]
    known = y_test.isin(y.unique()) if classes else np.ones(len(y_test), bool)
    X_test, y_test = X_test[known], y_test[known]
    Auto = AutoClassifier if classes else AutoRegressor
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Auto(time_limit=time_limit, random_state=seed).fit(X, y)
    losses = row_losses(model, X_test, y_test)
    spread = losses.std(ddof=1)
    error = spread * np.sqrt(1 / len(y) + 1 / len(y_test))
    reported, test = -float(model.best_score_), float(losses.mean())
    return {
        "dataset": row["name"],
        "task": row.task,
        "rows": len(y),
        "reported": reported,
        "test": test,
        "z": (test - reported) / max(error, 1e-12),
    }


def run(options: argparse.Namespace) -> None:
    """Measure the data sets that are not in the results yet."""
    path = Path(options.results)
    done = {json.loads(line)["dataset"] for line in path.open()} if path.exists() else set()
    index = pd.read_csv(options.folder / "index.csv")
    for _, row in chosen(index, options.count).iterrows():
        if row["name"] in done:
            continue
        record = one(options.folder, row, options.time_limit, options.seed)
        with path.open("a") as file:
            file.write(json.dumps(record) + "\n")
        print(f"{record['dataset']:<32}{record['rows']:>6}  z = {record['z']:+.2f}", flush=True)


def report(options: argparse.Namespace) -> None:
    """Print the mean of z with its standard error, also by task and size."""
    results = pd.read_json(options.results, lines=True)
    results["size"] = pd.cut(
        results["rows"], [0, 500, 1500, 10**9], labels=["<=500", "<=1500", ">1500"]
    )
    print("| | data sets | mean z | standard error | median z |\n|---|--:|--:|--:|--:|")
    groups = [("all", results), *results.groupby("task"), *results.groupby("size", observed=True)]
    for name, part in groups:
        error = part.z.std(ddof=1) / np.sqrt(len(part)) if len(part) > 1 else float("nan")
        cells = f"{part.z.mean():+.2f} | {error:.2f} | {part.z.median():+.2f}"
        print(f"| {name} | {len(part)} | {cells} |")


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    measuring = commands.add_parser("run")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("--results", required=True)
    measuring.add_argument("--time-limit", type=float, default=30.0)
    measuring.add_argument("--count", type=int, default=40)
    measuring.add_argument("--seed", type=int, default=0)
    measuring.set_defaults(call=run)
    reporting = commands.add_parser("report")
    reporting.add_argument("results")
    reporting.set_defaults(call=report)
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()
