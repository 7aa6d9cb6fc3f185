"""Scores of the default networks on real tables, versus pytabkit and other networks.

python benchmarks/neural_scores.py run FOLDER --peer PYTABKIT/bin/python --results scores.jsonl
python benchmarks/neural_scores.py report scores.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv. There are five folds. A fifth of the training
rows selects the epoch: for each fold individually in pytabkit, for all folds together in autoskl.
Missing numbers are replaced by medians for both. Existing results are not recomputed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

from autoskl.neural import (
    RealMLPClassifier,
    RealMLPRegressor,
    TabMClassifier,
    TabMRegressor,
)

FOLDS = 5
TABLES = (
    *("boston-housing", "balance-scale", "cylinder-bands"),
    *("energy-efficiency", "soybean", "pima-diabetes"),
    *("sacramento-housing", "vowel", "tic-tac-toe"),
)
REPEATED = TABLES[:3]
"""Tables with three seeds, used to estimate the noise between seeds."""
REAL_MLP = (RealMLPClassifier, RealMLPRegressor)
TABM = (TabMClassifier, TabMRegressor)
FAMILIES: dict[str, tuple[Any, dict[str, Any], str, dict[str, Any]]] = {
    "real_mlp small": (REAL_MLP, {"variant": "small"}, "real_mlp small", {}),
    "real_mlp full": (REAL_MLP, {}, "real_mlp full", {}),
    "tabm": (TABM, {}, "tabm", {}),
    "tabm 16 x 128": (
        *(TABM, {"k": 16, "width": 128, "n_epochs": 300}),
        *("tabm", {"tabm_k": 16, "d_block": 128, "n_epochs": 300}),
    ),
    "tabm 16 x 128 own batches": (
        *(TABM, {"k": 16, "width": 128, "n_epochs": 300, "shared_batches": False}),
        *("tabm", {}),
    ),
    "lightgbm": (None, {}, "lightgbm", {}),
    "tabnet": (None, {}, "tabnet", {"max_epochs": 200, "patience": 30, "batch_size": 256}),
    "ft_transformer": (None, {}, "ft_transformer", {}),
    "ft_transformer small": (
        *(None, {}, "ft_transformer"),
        {"module_d_token": 64, "module_n_layers": 2, "lr": 1e-3, "max_epochs": 100},
    ),
}
"""Estimators of autoskl with their parameters, and the name and parameters of the peer."""
PEER = Path(__file__).with_name("peer_folds.py")


@dataclass(frozen=True)
class Table:
    """Numbers and category codes, a target, and its folds."""

    X: Any
    y: Any
    categorical: tuple[int, ...]
    classes: bool
    folds: list[tuple[Any, Any, Any]]


def load(folder: Path, name: str) -> Table:
    """Read a table; the folds are the same for every family and seed."""
    index = pd.read_csv(folder / "index.csv").set_index("name").loc[name]
    frame = pd.read_csv(folder / f"{name}.csv.gz")
    frame = frame[frame[index.target].notna()]
    y = frame.pop(index.target).to_numpy()
    classes = index.task != "regression"
    y = np.unique(y, return_inverse=True)[1] if classes else y.astype(float)
    columns, categorical = [], []
    for j, name_of in enumerate(frame.columns):
        column = frame[name_of]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            columns.append(column.fillna(column.median()).to_numpy(dtype=float))
        else:
            codes = column.astype("category").cat.codes.to_numpy().astype(float)
            columns.append(np.where(codes < 0, np.nan, codes))
            categorical.append(j)
    splitter = (StratifiedKFold if classes else KFold)(FOLDS, shuffle=True, random_state=0)
    folds = []
    for train, test in splitter.split(y, y):
        enough = classes and np.bincount(y[train]).min() >= 2
        part = train_test_split(
            train, test_size=0.2, random_state=0, stratify=y[train] if enough else None
        )
        folds.append((*part, test))
    return Table(np.column_stack(columns), y, tuple(categorical), classes, folds)


def autoskl_predictions(family: str, table: Table, seed: int) -> tuple[list[Any], float]:
    """Return the predictions of the test rows of each fold, and the CPU seconds."""
    kinds, parameters = FAMILIES[family][:2]
    selection = {"selection": "error_rate"} if table.classes else {}
    return trained(kinds, {**parameters, **selection}, table, seed)


def trained(
    kinds: tuple[Any, Any], parameters: dict[str, Any], table: Table, seed: int
) -> tuple[list[Any], float]:
    """Train the folds together on one thread; return the same as `autoskl_predictions`."""
    kind = kinds[0] if table.classes else kinds[1]
    models = [
        kind(
            **parameters,
            categorical_features=table.categorical,
            device="cpu",
            n_jobs=1,
            random_state=seed + i,
        )
        for i in range(FOLDS)
    ]
    parts = [[(table.X[f[i]], table.y[f[i]], None) for f in table.folds] for i in range(2)]
    start = time.process_time()
    kind.fit_together(models, *parts)
    seconds = time.process_time() - start
    predictions = []
    for model, (_, _, test) in zip(models, table.folds, strict=True):
        predictions.append((model.predict_proba if table.classes else model.predict)(table.X[test]))
    return predictions, seconds


def peer_predictions(python: str, family: str, table: Table, seed: int) -> tuple[list[Any], float]:
    """Return the same for pytabkit."""
    with tempfile.TemporaryDirectory() as folder:
        task, result = Path(folder, "task.npz"), Path(folder, "result.npz")
        parts = {
            f"{part}{i}": fold[k]
            for i, fold in enumerate(table.folds)
            for k, part in enumerate(("train", "held", "test"))
        }
        np.savez(
            task,
            X=table.X,
            y=table.y,
            categorical=np.array(table.categorical, dtype=int),
            classes=table.classes,
            family=FAMILIES[family][2],
            parameters=json.dumps(FAMILIES[family][3]),
            seed=seed,
            folds=FOLDS,
            **parts,
        )
        subprocess.run([python, PEER, task, result], check=True, cwd=folder)
        results = np.load(result)
        return [results[f"prediction{i}"] for i in range(FOLDS)], float(results["seconds"].sum())


def losses(table: Table, predictions: list[Any]) -> dict[str, float]:
    """Return the mean losses of the folds; errors are relative to those of a constant."""
    losses_by_name: dict[str, list[float]] = {}
    for (_, _, test), values in zip(table.folds, predictions, strict=True):
        y = table.y[test]
        if table.classes:
            known = np.arange(values.shape[1])
            losses_by_name.setdefault("error", []).append(
                float(np.mean(values.argmax(axis=1) != y))
            )
            clipped = np.clip(values, 1e-7, 1)
            loss = log_loss(y, clipped / clipped.sum(axis=1, keepdims=True), labels=known)
            losses_by_name.setdefault("log_loss", []).append(float(loss))
        else:
            error = np.sqrt(np.mean((values.ravel() - y) ** 2)) / table.y.std()
            losses_by_name.setdefault("error", []).append(float(error))
    return {name: float(np.mean(values)) for name, values in losses_by_name.items()}


def run(arguments: argparse.Namespace) -> None:
    """Run the missing fits, all tables with seed 0 first."""
    lines = read(arguments.results)
    known = {(d["table"], d["family"], d["seed"], d["who"]) for d in lines}
    jobs = [(name, 0) for name in arguments.tables]
    jobs += [(name, seed) for seed in (100, 200) for name in arguments.tables if name in REPEATED]
    for name, seed in jobs:
        table = load(arguments.folder, name)
        for family in arguments.families:
            for library in arguments.libraries:
                is_peer_only = library == "autoskl" and FAMILIES[family][0] is None
                if is_peer_only or (name, family, seed, library) in known:
                    continue
                if library == "pytabkit":
                    predictions, seconds = peer_predictions(arguments.peer, family, table, seed)
                else:
                    predictions, seconds = autoskl_predictions(family, table, seed)
                line = {"table": name, "family": family, "seed": seed, "who": library}
                line |= {"rows": len(table.y), "seconds": seconds, **losses(table, predictions)}
                with arguments.results.open("a") as file:
                    file.write(json.dumps(line) + "\n")


def report(arguments: argparse.Namespace) -> None:
    """Print a table for each family."""
    lines = pd.DataFrame(read(arguments.results))
    for family, part in lines.groupby("family"):
        repeated = part.groupby(["table", "who"]).filter(lambda d: len(d) > 1)
        noise = repeated.groupby(["table", "who"])["error"].std().mean()
        print(f"\n{family}; deviation of a seed {noise:.4f}\n")
        mean = part.groupby(["table", "who"])[["error", "log_loss", "seconds"]].mean().unstack()
        print(mean.round(4).to_string())
        better = mean["error"].copy()
        if {"autoskl", "pytabkit"} <= set(better.columns):
            gap = (better["autoskl"] - better["pytabkit"]).dropna()
            print(f"mean difference {gap.mean():+.4f}, worst {gap.max():+.4f}, of {len(gap)}")


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file of results."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run")
    command.add_argument("folder", type=Path)
    command.add_argument("--peer", default="python")
    command.add_argument("--results", type=Path, default=Path("neural_scores.jsonl"))
    command.add_argument("--tables", nargs="+", default=list(TABLES))
    command.add_argument(
        "--families", nargs="+", default=["real_mlp small", "tabm"], choices=FAMILIES
    )
    command.add_argument("--libraries", nargs="+", default=["autoskl", "pytabkit"])
    command.set_defaults(call=run)
    command = commands.add_parser("report")
    command.add_argument("results", type=Path)
    command.set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
