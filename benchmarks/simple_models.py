"""Short fits versus simple models, to find tables on which a simple model is better.

python benchmarks/simple_models.py run FOLDER --results simple.jsonl --seconds 20 --count 40
python benchmarks/simple_models.py report simple.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv, of which `--count` are drawn at random. Losses
are those of `paired_fits.py` on the same split: 1 - ROC AUC (two classes), log loss (more classes)
and RMSE. The best simple model is chosen on the test rows, which is not possible in practice, so a
ratio slightly above 1 does not mean that a simple model is better. Existing results are not
recomputed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from paired_fits import measured, read
from search_real_fits import split
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from autoskl.metalearning.building.corpus import read_corpus

NUMBERS = make_column_selector(dtype_include=["number", "bool"])
OTHERS = make_column_selector(dtype_exclude=["number", "bool"])
TREES = {"n_estimators": 200, "min_samples_leaf": 2, "n_jobs": 1, "random_state": 0}
_PATIENCE = 180.0


def simple_models(is_class: bool) -> dict[str, Any]:
    """Return the simple models by name."""
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1
    )
    coded = make_column_transformer((codes, OTHERS), ("passthrough", NUMBERS))
    one_hot = OneHotEncoder(
        handle_unknown="infrequent_if_exist", min_frequency=5, max_categories=100
    )
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    wide = make_column_transformer((one_hot, OTHERS), (scaled, NUMBERS))
    boosting = HistGradientBoostingClassifier if is_class else HistGradientBoostingRegressor
    forest = RandomForestClassifier if is_class else RandomForestRegressor
    extra = ExtraTreesClassifier if is_class else ExtraTreesRegressor
    linear = LogisticRegression(max_iter=300) if is_class else RidgeCV(np.logspace(-3, 4, 15))
    return {
        "hist_gradient_boosting": make_pipeline(coded, boosting(random_state=0)),
        "random_forest": make_pipeline(coded, SimpleImputer(), forest(**TREES)),
        "extra_trees": make_pipeline(coded, SimpleImputer(), extra(**TREES)),
        "linear": make_pipeline(wide, linear),
    }


def simple_losses(folder: Path, table: str, most_rows: int) -> dict[str, float]:
    """Return the loss of each simple model on the test rows of a table."""
    entry = next(entry for entry in read_corpus(folder) if entry.name == table)
    X, X_test, y, y_test = split(folder, entry, most_rows, 0)
    for part in (X, X_test):
        for name in OTHERS(part):
            part[name] = part[name].astype(str)
    losses = {}
    for name, model in simple_models(entry.task.is_classification).items():
        losses[name] = float(measured(model.fit(X, y), X_test, y, y_test)["loss"])
    return losses


def fit(options: argparse.Namespace, table: str) -> dict[str, Any]:
    """Return the result of a fit of autoskl in a separate process."""
    command = [sys.executable, str(Path(__file__).with_name("paired_fits.py")), "one"]
    command += [str(options.folder), "--table", table, "--arm", "everything", "--seed", "0"]
    command += ["--seconds", str(options.seconds), "--jobs", str(options.jobs)]
    command += ["--max-rows", str(options.max_rows)]
    limit = options.seconds + _PATIENCE
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def run(options: argparse.Namespace) -> None:
    """Fit what is missing."""
    known = {row["table"] for row in read(options.results)}
    names = sorted(entry.name for entry in read_corpus(options.folder))
    drawn = np.random.default_rng(options.seed).permutation(names)[: options.count]
    for table in map(str, drawn):
        if table in known:
            continue
        row = {"table": table, "seconds": options.seconds, **fit(options, table)}
        started = time.perf_counter()
        row["simple"] = simple_losses(options.folder, table, options.max_rows)
        row["simple_seconds"] = round(time.perf_counter() - started, 1)
        with options.results.open("a") as file:
            file.write(json.dumps(row) + "\n")
    report(options)


def report(options: argparse.Namespace) -> None:
    """Print the ratios of losses to those of the best simple model, the worst last."""
    rows = []
    for row in read(options.results):
        best = min(row["simple"], key=row["simple"].get)
        boosting = row["simple"]["hist_gradient_boosting"]
        line = {"table": row["table"], "metric": row["metric"], "loss": row["loss"]}
        line |= {"best": best, "its loss": row["simple"][best]}
        ratios = [row["loss"] / max(loss, 1e-9) for loss in (row["simple"][best], boosting)]
        rows.append(line | dict(zip(("ratio", "to boosting"), ratios, strict=True)))
    table = pd.DataFrame(rows).sort_values("ratio")
    print(table.to_string(index=False, float_format="{:.4g}".format))
    for name in ("ratio", "to boosting"):
        means = np.exp(np.log(table[name].clip(0.01, 100)).mean())
        wins = (table[name] < 1).sum()
        print(f"{name}: geometric mean {means:.3f}, below 1 on {wins} of {len(table)} tables")


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run")
    command.add_argument("folder", type=Path)
    command.add_argument("--results", type=Path, required=True)
    command.add_argument("--seconds", type=float, default=20.0)
    command.add_argument("--jobs", type=int, default=1)
    command.add_argument("--max-rows", type=int, default=10_000)
    command.add_argument("--count", type=int, default=40)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(call=run)
    command = commands.add_parser("report")
    command.add_argument("results", type=Path)
    command.set_defaults(call=report)
    options = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        options.call(options)


if __name__ == "__main__":
    main()
