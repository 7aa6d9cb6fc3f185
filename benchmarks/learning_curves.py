"""Record complete learning curves of networks and replay which of them would be stopped.

``python benchmarks/learning_curves.py FILE --folder FOLDER --names NAME ... -n 5`` adds curves of n
configurations of each family to the file (the fastest of five drawn, three folds, no
preprocessing), then prints a line of JSON for each table: trainings, those that the rule would have
stopped, how many of these would have ended below the loss to beat, and the share of all epochs
that is saved. FOLDER contains data sets with an ``index.csv``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial, Unit
from autoskl.estimators.training_data import training_data
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.splitting import split_rows
from autoskl.execution.in_process import InProcess
from autoskl.metalearning.building.corpus import read_corpus, read_table
from autoskl.neural.extrapolation import ForecastStopper
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.tables.encoder import RawTableEncoder

FAMILIES = ("real_mlp", "tabm", "mlp")
FOLDS = (0, 1, 2)


def record(folder: Path, name: str, n: int) -> Iterator[dict[str, Any]]:
    entry = next(entry for entry in read_corpus(folder) if entry.name == name)
    X, y = read_table(folder, entry)
    n_classes = 1
    if entry.task.is_classification:
        y, classes = pd.factorize(y, sort=True)
        n_classes = len(classes)
    dataset = training_data(
        X, np.asarray(y), task=entry.task, n_classes=n_classes, encoder=RawTableEncoder()
    ).release()
    executor, folds = InProcess(), split_rows(dataset, 5, seed=0, time_limit=None)
    evaluator = Evaluator(dataset=executor.share(dataset), folds=executor.share(folds), seed=0)
    shape = Shape(n_rows=dataset.n_rows, n_columns=dataset.n_columns, n_classes=n_classes)
    for i in range(n):
        for family in FAMILIES:
            include = {"model": [family]}
            space = pipeline_space(
                dataset.task, dataset.columns, shape, is_sparse=dataset.is_sparse, include=include
            )
            drawn = space.sample(np.random.default_rng([i, len(family)]), 5)
            models = [{"model": family, **_part_of(c, family)} for c in drawn]
            default = {k: v for k, v in space.default().items() if not k.startswith(f"{family}:")}
            cheapest = min(models, key=lambda m: _seconds(m, family, shape))
            configuration = Configuration({**default, **cheapest})
            results = evaluator.evaluate(Unit(Trial(0, configuration), FOLDS))
            yield {
                "name": name,
                "model": family,
                "n_epochs": int(configuration[f"{family}:n_epochs"]),
                "curves": [list(result.curve) for result in results],
            }


def _part_of(configuration: Configuration, family: str) -> dict[str, Any]:
    return {k: v for k, v in configuration.items() if k.startswith(f"{family}:")}


def _seconds(values: dict[str, Any], family: str, shape: Shape) -> float:
    return component(family).cost(Configuration(values).part(family), shape).seconds


def replay(lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what is stopped if each training has to come close to the best of all."""
    curves = [np.array(line["curves"]).T for line in lines]
    best_losses = [curve[curve.mean(axis=1).argmin()] for curve in curves]
    best = min(best_losses, key=np.mean)
    target = best.mean() + best.std(ddof=1) / np.sqrt(len(best))
    stopped = n_wrong = saved = 0
    for line, curve in zip(lines, curves, strict=True):
        mean, rule = curve.mean(axis=1), ForecastStopper(target, line["n_epochs"])
        at = next((n for n in range(1, len(mean) + 1) if rule(mean[:n])), None)
        if at is not None:
            stopped, saved = stopped + 1, saved + len(mean) - at
            n_wrong += mean.min() < target
    epochs = sum(map(len, curves))
    return {
        "trainings": len(lines),
        "stopped": stopped,
        "stopped wrongly": int(n_wrong),
        "epochs saved": round(saved / epochs, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("-n", type=int, default=5, help="configurations of each family")
    arguments = parser.parse_args()
    for name in arguments.names:
        for line in record(arguments.folder, name, arguments.n):
            with arguments.file.open("a") as file:
                file.write(json.dumps(line) + "\n")
    lines = [json.loads(line) for line in arguments.file.read_text().splitlines()]
    for name in dict.fromkeys(line["name"] for line in lines):
        of_table = [line for line in lines if line["name"] == name and line["curves"][0]]
        print(json.dumps({"name": name, **replay(of_table)}), flush=True)


if __name__ == "__main__":
    main()
