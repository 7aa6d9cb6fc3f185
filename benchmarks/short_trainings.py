"""Which networks lose least if time is short: few epochs, few units or small batches.

python benchmarks/short_trainings.py run FOLDER --results short.jsonl --count 20
python benchmarks/short_trainings.py report short.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv. `--count` tables are drawn at random among
those of 400 to `--most-rows` rows, or selected with `--tables`. The five folds of each are trained
together on one thread, as in a fit. The loss is the log loss or the root mean squared error. The
report contains, relative to the first network of each family, the geometric mean of the CPU seconds
and the mean and median logarithm of the loss, clipped at .5 in both directions so that no single
table dominates. Existing results are not recomputed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from neural_scores import REAL_MLP, TABM, Table, load, losses, read, trained

from autoskl.components.models.tabm import batch_size_for

MOST = 0.5
"""Maximum absolute logarithm of a ratio of losses."""


def real_mlp(epochs: int, batch: int, width: int) -> tuple[Any, dict[str, Any]]:
    """Return RealMLP without embeddings, three layers."""
    size: dict[str, Any] = {"n_epochs": epochs, "batch_size": batch}
    return REAL_MLP, {"variant": "small", "hidden_sizes": (width,) * 3, "max_one_hot": 9, **size}


def tabm(k: int, width: int, rate: float) -> tuple[Any, dict[str, Any]]:
    """Return TabM with two blocks and the batch size of a fit."""
    size: dict[str, Any] = {"k": k, "width": width, "n_blocks": 2, "n_epochs": 200}
    return TABM, {"learning_rate": rate, "gradient_limit": 1.0, **size}


NETWORKS = {
    "RealMLP": {
        f"{e} epochs, batches of {b}, {w} units": real_mlp(e, b, w)
        for e, b, w in (
            *((128, 256, 256), (128, 256, 128), (64, 256, 256), (64, 128, 128), (64, 128, 64)),
            *((32, 256, 256), (32, 64, 128), (32, 128, 128), (32, 128, 64)),
            *((16, 256, 256), (16, 64, 128), (16, 128, 64)),
        )
    },
    "TabM": {
        f"{k} members of {w} units, rate {r:g}": tabm(k, w, r)
        for k, w, r in ((16, 192, 0.002), (8, 192, 0.002), (8, 128, 0.002), (8, 64, 0.002))
    },
}


def drawn(folder: Path, count: int, most_rows: int) -> list[str]:
    """Return random tables with a fixed seed; a lower count gives the first ones."""
    index = pd.read_csv(folder / "index.csv")
    names = list(index[(index.rows >= 400) & (index.rows <= most_rows)].name)
    return [names[i] for i in np.random.default_rng(0).permutation(len(names))[:count]]


def fit(kinds: Any, parameters: dict[str, Any], table: Table) -> tuple[float, float]:
    """Return the loss on the held-out folds and the CPU seconds."""
    settings: dict[str, Any] = {"selection": "log_loss"} if table.classes else {}
    if kinds is TABM:
        settings["batch_size"] = batch_size_for(len(table.y) * 4 // 5)
    elif table.classes:
        settings["label_smoothing"] = 0.0
    predictions, seconds = trained(kinds, {**parameters, **settings}, table, seed=0)
    return losses(table, predictions)["log_loss" if table.classes else "error"], seconds


def run(arguments: argparse.Namespace) -> None:
    """Run the missing fits."""
    torch.set_num_threads(1)
    known = {(d["table"], d["family"], d["network"]) for d in read(arguments.results)}
    named = arguments.tables or drawn(arguments.folder, arguments.count, arguments.most_rows)
    for name in named:
        table = load(arguments.folder, name)
        for family in arguments.families:
            for network, (kinds, parameters) in NETWORKS[family].items():
                if (name, family, network) in known:
                    continue
                loss, seconds = fit(kinds, parameters, table)
                line = {"table": name, "rows": len(table.y), "classes": table.classes}
                line |= {"family": family, "network": network, "loss": loss, "seconds": seconds}
                with arguments.results.open("a") as file:
                    file.write(json.dumps(line) + "\n")


def report(arguments: argparse.Namespace) -> None:
    """Print a table for each family."""
    lines = pd.DataFrame(read(arguments.results))
    for family, part in lines.groupby("family", sort=False):
        tables = part.pivot_table(index="table", columns="network", values=["loss", "seconds"])
        tables = tables.dropna()
        classes = part.drop_duplicates("table").set_index("table").classes.loc[tables.index]
        first = next(iter(NETWORKS[str(family)]))
        loss = np.log(tables.loss.div(tables.loss[first], axis=0)).clip(-MOST, MOST)
        seconds = np.exp(np.log(tables.seconds.div(tables.seconds[first], axis=0)).mean())
        print(f"\n{family}, {len(tables)} tables\n")
        print("| network | seconds | loss | median | classes | values |")
        print("|---|--:|--:|--:|--:|--:|")
        for network in seconds.sort_values(ascending=False).index:
            values = loss[network]
            error = values.std() / len(values) ** 0.5
            print(
                f"| {network} | {seconds[network]:.3f} | {values.mean():+.3f} ± {error:.3f} "
                f"| {values.median():+.3f} | {values[classes].mean():+.3f} "
                f"| {values[~classes].mean():+.3f} |"
            )


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    add = commands.add_parser("run")
    add.add_argument("folder", type=Path)
    add.add_argument("--results", type=Path, required=True)
    add.add_argument("--tables", nargs="*")
    add.add_argument("--count", type=int, default=20)
    add.add_argument("--most-rows", type=int, default=5_000)
    add.add_argument("--families", nargs="*", default=list(NETWORKS), choices=list(NETWORKS))
    add.set_defaults(call=run)
    add = commands.add_parser("report")
    add.add_argument("results", type=Path)
    add.set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
