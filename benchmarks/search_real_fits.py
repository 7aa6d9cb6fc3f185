"""Complete fits that differ only in ``search=``, to compare the resulting ensembles.

python benchmarks/search_real_fits.py run FOLDER --results fits.jsonl --time-limit 120 --tables a b
python benchmarks/search_real_fits.py report fits.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv with the columns name, task, target, rows and
columns. All searches get the same split, seed, folds and starting portfolio. Existing results are
not recomputed. Losses are normalised for each table and seed: 0 is the best of the searches, 1 the
constant model.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, root_mean_squared_error
from sklearn.model_selection import train_test_split

from autoskl import AutoClassifier, AutoRegressor
from autoskl.metalearning.building.corpus import CorpusEntry, read_corpus, read_table

SEARCHES = ["random", "smac", "bohb", "auto"]
FEWEST_OF_CLASS = 10


def split(folder: Path, entry: CorpusEntry, most_rows: int, seed: int):
    """Return training and test tables and targets, without classes that are too rare to split."""
    X, y = read_table(folder, entry)
    if entry.task.is_classification:
        frequent = y.map(y.value_counts()) >= FEWEST_OF_CLASS
        X, y = X[frequent], y[frequent].astype(str)
    stratify = y if entry.task.is_classification else None
    if len(y) > most_rows:
        X, _, y, _ = train_test_split(
            X, y, train_size=most_rows, random_state=seed, stratify=stratify
        )
        stratify = y if entry.task.is_classification else None
    return train_test_split(X, y, test_size=0.34, random_state=seed, stratify=stratify)


def constant_loss(y: pd.Series, y_test: pd.Series, is_class: bool) -> float:
    """Return the test loss of a constant model."""
    if not is_class:
        return float(root_mean_squared_error(y_test, np.full(len(y_test), y.mean())))
    shares = y.value_counts(normalize=True).sort_index()
    return float(log_loss(y_test, np.tile(shares, (len(y_test), 1)), labels=shares.index))


def one(options: argparse.Namespace, entry: CorpusEntry, search: str, seed: int) -> dict:
    """Fit with a search and return the test loss of its ensemble."""
    X, X_test, y, y_test = split(options.folder, entry, options.max_rows, seed)
    is_class = entry.task.is_classification
    Auto = AutoClassifier if is_class else AutoRegressor
    model = Auto(
        time_limit=options.time_limit, search=search, n_jobs=options.n_jobs, random_state=seed
    )
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    seconds = time.perf_counter() - start
    if is_class:
        loss = log_loss(y_test, model.predict_proba(X_test), labels=model.classes_)
    else:
        loss = root_mean_squared_error(y_test, model.predict(X_test))
    origins = pd.Series([record.trial.origin for record in model.history_.records])
    return {
        "table": entry.name,
        "search": search,
        "seed": seed,
        "time_limit": options.time_limit,
        "loss": float(loss),
        "constant": constant_loss(y, y_test, is_class),
        "validated": -float(model.best_score_),
        "trials": len(origins) - 1,
        "proposed": int((~origins.isin(["constant", "portfolio"])).sum()),
        "seconds": round(seconds, 2),
    }


def run(options: argparse.Namespace) -> None:
    """Fit what is missing, with searches in the inner loop so that tables stay complete."""
    path = options.results
    lines = [json.loads(line) for line in path.open()] if path.exists() else []
    done = {(r["table"], r["search"], r["seed"], r["time_limit"]) for r in lines}
    entries = {entry.name: entry for entry in read_corpus(options.folder)}
    for seed in range(options.seeds):
        for name in options.tables:
            for search in options.searches:
                if (name, search, seed, options.time_limit) in done:
                    continue
                record = one(options, entries[name], search, seed)
                with path.open("a") as file:
                    file.write(json.dumps(record) + "\n")
                print(json.dumps(record), flush=True)


def report(options: argparse.Namespace) -> None:
    """Print the normalised losses of the tables that are complete for all searches."""
    lines = [json.loads(line) for line in options.results.open()]
    groups: dict[tuple, dict[str, dict]] = defaultdict(dict)
    for line in lines:
        groups[line["time_limit"], line["table"], line["seed"]][line["search"]] = line
    searches = list(dict.fromkeys(line["search"] for line in lines))
    complete = {key: fits for key, fits in sorted(groups.items()) if len(fits) == len(searches)}
    if not complete:
        raise SystemExit("No table has been finished by all searches.")
    values = np.empty((len(complete), len(searches)))
    print("| table | seed | s | " + " | ".join(searches) + " |")
    print("|---" * (3 + len(searches)) + "|")
    for i, ((limit, table, seed), fits) in enumerate(complete.items()):
        losses = np.array([fits[search]["loss"] for search in searches])
        constant = fits[searches[0]]["constant"]
        values[i] = (losses - losses.min()) / max(constant - losses.min(), 1e-12)
        cells = " | ".join(
            f"{value:.4f} ({fits[search]['proposed']} of {fits[search]['trials']})"
            for value, search in zip(values[i], searches, strict=True)
        )
        print(f"| {table} | {seed} | {limit:g} | {cells} |")
    for name, row in (("median", np.median(values, axis=0)), ("mean", values.mean(axis=0))):
        print(f"| {name} | | | " + " | ".join(f"{value:.4f}" for value in row) + " |")
    print(
        "\nIn brackets: trials that the optimizer proposed, of all; the others are the portfolio."
    )


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run")
    command.add_argument("folder", type=Path)
    command.add_argument("--results", type=Path, required=True)
    command.add_argument("--tables", nargs="+", required=True)
    command.add_argument("--searches", nargs="+", default=SEARCHES)
    command.add_argument("--time-limit", type=float, default=120.0)
    command.add_argument("--max-rows", type=int, default=10_000)
    command.add_argument("--n-jobs", type=int, default=2)
    command.add_argument("--seeds", type=int, default=1)
    command.set_defaults(call=run)
    command = commands.add_parser("report")
    command.add_argument("results", type=Path)
    command.set_defaults(call=report)
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()
