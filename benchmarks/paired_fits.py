"""Paired complete fits that differ only in their settings, to measure the gain of a part.

python benchmarks/paired_fits.py run FOLDER --results pairs.jsonl --tables wind pc4
    --arms everything without_networks --seconds 60
python benchmarks/paired_fits.py report pairs.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv. An arm is one of ARMS, or NAME=SETTINGS with
the keyword arguments of AutoClassifier as JSON: 'no_boosting={"exclude": ["lightgbm", "xgboost"]}'.
All arms have the same rows, split and seed. Each runs in a separate process, `--at-once` of them
side by side, so that they are affected by the same load. A pair is saved when all its arms have
finished, and saved pairs are not rerun. `--metadata` DIRECTORY sets metadata learned without the
tables (`autoskl metadata learn --exclude ...`).

Losses are 1 - ROC AUC (two classes), log loss (more classes) and RMSE. The report compares each arm
with the first one, by the mean over the seeds of each table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from search_real_fits import constant_loss, split

NETWORKS = ["real_mlp", "tabm", "mlp"]
FIRST = ["constant", "linear", "k_nearest_neighbors", "random_forest", "extra_trees"]
FIRST += ["hist_gradient_boosting", "lightgbm"]
ARMS: dict[str, dict[str, Any]] = {
    "everything": {},
    "without_networks": {"exclude": NETWORKS},
    "first_families": {"include": FIRST},
    "cold_start": {"warm_start": False},
}
_PATIENCE = 180.0
"""Seconds after its time limit when an unfinished fit is terminated."""


def settings_of(arm: str) -> dict[str, Any]:
    """Return the settings of an arm, from ARMS or from its JSON."""
    name, _, text = arm.partition("=")
    settings: dict[str, Any] = json.loads(text) if text else ARMS[name]
    return settings


def fit_once(options: argparse.Namespace) -> dict[str, Any]:
    """Fit an arm on a table; return its loss and the composition of its ensemble."""
    from autoskl import AutoClassifier, AutoRegressor
    from autoskl.metalearning.building.corpus import read_corpus

    entry = next(e for e in read_corpus(options.folder) if e.name == options.table)
    X, X_test, y, y_test = split(options.folder, entry, options.max_rows, options.seed)
    is_class = entry.task.is_classification
    model = (AutoClassifier if is_class else AutoRegressor)(
        time_limit=options.seconds,
        n_jobs=options.jobs,
        random_state=options.seed,
        **settings_of(options.arm),
    )
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    seconds = time.perf_counter() - start
    board = model.leaderboard_
    shares = board.groupby("model")["ensemble_weight"].sum().sort_values(ascending=False)
    return {
        **measured(model, X_test, y, y_test),
        "fit_seconds": round(seconds, 2),
        "trials": len(board),
        "networks": int(board["model"].isin(NETWORKS).sum()),
        "shares": {name: round(float(share), 3) for name, share in shares.items() if share > 0},
    }


def measured(model: Any, X_test: Any, y: Any, y_test: Any) -> dict[str, Any]:
    """Return the metric of the task and the losses of the model and of a constant."""
    from sklearn.metrics import log_loss, roc_auc_score, root_mean_squared_error

    if not hasattr(model, "classes_"):
        loss = root_mean_squared_error(y_test, model.predict(X_test))
        return {"metric": "rmse", "loss": loss, "constant": constant_loss(y, y_test, False)}
    probabilities = model.predict_proba(X_test)
    if len(model.classes_) == 2:
        auc = float(roc_auc_score(y_test == model.classes_[1], probabilities[:, 1]))
        return {"metric": "1 - auc", "loss": 1.0 - auc, "constant": 0.5}
    loss = float(log_loss(y_test, probabilities, labels=model.classes_))
    return {"metric": "log_loss", "loss": loss, "constant": constant_loss(y, y_test, True)}


def key_of(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return the key that identifies a result."""
    return tuple(row[name] for name in ("table", "seed", "arm", "seconds", "jobs", "max_rows"))


def read(path: Path) -> list[dict[str, Any]]:
    """Return the results so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def run(options: argparse.Namespace) -> None:
    """Fit the missing pairs, all tables with the first seed first."""
    done = {key_of(row) for row in read(options.results)}
    for seed, table in product(options.seeds, options.tables):
        common = {"table": table, "seed": seed, "seconds": options.seconds}
        common |= {"jobs": options.jobs, "max_rows": options.max_rows}
        wanted = [{**common, "arm": arm} for arm in options.arms]
        if all(key_of(row) in done for row in wanted):
            continue
        results: list[dict[str, Any]] = []
        for i in range(0, len(wanted), options.at_once):
            results += fits(options, wanted[i : i + options.at_once])
        with options.results.open("a") as file:
            file.writelines(json.dumps(row) + "\n" for row in results if key_of(row) not in done)
        for row in results:
            print(json.dumps(row), flush=True)
    report(options)


def fits(options: argparse.Namespace, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Fit side by side, each in a separate process."""
    environment = dict(os.environ)
    if options.metadata:
        environment["AUTOSKL_METADATA"] = str(options.metadata.resolve())
    started = []
    for row in rows:
        command = [sys.executable, __file__, "one", str(options.folder)]
        for name, value in row.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, env=environment, **pipes))
    for row, process in zip(rows, started, strict=True):
        try:
            output, errors = process.communicate(timeout=options.seconds + _PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
        failed = process.returncode != 0
        yield {
            **row,
            **({"error": errors[-800:]} if failed else json.loads(output.splitlines()[-1])),
        }


def report(options: argparse.Namespace) -> None:
    """Print the losses of each table, and how often and by how much each arm beats the first."""
    lines = pd.DataFrame(read(options.results))
    if options.arms:
        lines = lines[lines["arm"].isin(options.arms)]
    for (seconds, jobs), part in lines.groupby(["seconds", "jobs"]):
        failed = part["error"].notna() if "error" in part else pd.Series(False, part.index)
        print(f"\n{seconds:g} s, {jobs} workers; {failed.sum()} of {len(part)} fits failed")
        arms = [arm for arm in options.arms or part["arm"].unique() if arm in set(part["arm"])]
        losses = part[~failed].pivot_table(index=["table", "seed"], columns="arm", values="loss")
        whole = losses.reindex(columns=arms).dropna().groupby("table").mean()
        names = [arm.partition("=")[0] for arm in arms]
        print(whole.set_axis(names, axis=1).to_string(float_format="{:.5g}".format))
        for arm, name in zip(arms[1:], names[1:], strict=True):
            print(compared(name, whole[arm], names[0], whole[arms[0]]))


def compared(name: str, losses: Any, first: str, reference: Any) -> str:
    """Return a sentence that compares the paired losses of two arms."""
    tiny = 1e-9
    ratios = (losses + tiny) / (reference + tiny)
    wins, ties = int((ratios < 1).sum()), int((ratios == 1).sum())
    return (
        f"{name} against {first}: better on {wins} of {len(ratios)} tables ({ties} ties), "
        f"ratio of losses: median {ratios.median():.4f}, from {ratios.min():.3f} "
        f"({ratios.idxmin()}) to {ratios.max():.3f} ({ratios.idxmax()})"
    )


def main() -> None:
    """Run, report, or fit once in a process started by `run`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    several, one = commands.add_parser("run"), commands.add_parser("one", description="Internal.")
    for command in (several, one):
        command.add_argument("folder", type=Path)
        command.add_argument("--seconds", type=float, default=60.0)
        command.add_argument("--jobs", type=int, default=1)
        command.add_argument("--max-rows", type=int, default=10_000)
    several.add_argument("--results", type=Path, required=True)
    several.add_argument("--tables", nargs="+", required=True)
    several.add_argument("--arms", nargs="+", required=True, help=", ".join(ARMS))
    several.add_argument("--seeds", type=int, nargs="+", default=[0])
    several.add_argument("--at-once", type=int, default=2, help="fits side by side")
    several.add_argument("--metadata", type=Path)
    several.set_defaults(call=run)
    one.add_argument("--table", required=True)
    one.add_argument("--arm", required=True)
    one.add_argument("--seed", type=int, required=True)
    one.set_defaults(call=lambda options: print(json.dumps(fit_once(options))))
    command = commands.add_parser("report")
    command.add_argument("results", type=Path)
    command.add_argument("--arms", nargs="+")
    command.set_defaults(call=report)
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()
