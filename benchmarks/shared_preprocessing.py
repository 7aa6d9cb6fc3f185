"""The CPU time saved by sharing preprocessing among trials on a fold.

python benchmarks/shared_preprocessing.py
python benchmarks/shared_preprocessing.py --rows 10000 --model extra_trees
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation import worker_cache
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.splitting import split_rows
from autoskl.execution.in_process import DirectHandle
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset

STEPS = {
    "one-hot": {"encoder": "one_hot", "scaler": "standard"},
    "quantile": {"encoder": "target", "scaler": "quantile"},
    "pairs": {"encoder": "target", "scaler": "standard", "features": "arithmetic_pairs"},
    "splines": {"encoder": "one_hot", "scaler": "standard", "features": "splines"},
}


def table(n_rows: int) -> Dataset:
    """Return 15 numeric columns and 5 categorical ones with 40 levels."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 20))
    X[:, 15:] = rng.integers(0, 40, (n_rows, 5))
    y = (X[:, 0] * X[:, 1] + X[:, 16] % 3 + rng.normal(size=n_rows) > 1).astype(np.int64)
    columns = tuple(
        Column(f"c{i}", Kind.NUMERIC if i < 15 else Kind.CATEGORICAL, n_levels=40 * (i >= 15))
        for i in range(20)
    )
    return Dataset(X=X, y=y, columns=columns, task=Task.BINARY, n_classes=2)


def seconds(dataset: Dataset, model: str, steps: dict[str, str], n_trials: int) -> float:
    """Return the CPU seconds of random configurations of a model on one fold."""
    folds = split_rows(dataset, 5, seed=0, time_limit=None)
    evaluator = Evaluator(dataset=DirectHandle(dataset), folds=DirectHandle(folds), seed=0)
    samples = component(model).parameters(dataset.task).sample(np.random.default_rng(0), n_trials)
    start = time.process_time()
    for number, values in enumerate(samples):
        parameters = {f"{model}:{name}": value for name, value in values.items()}
        trial = Trial(number, Configuration({"model": model, **steps, **parameters}))
        evaluator.evaluate(Unit(trial, (0,)))
    return time.process_time() - start


def main() -> None:
    """Print the seconds with and without sharing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=3_000)
    parser.add_argument("--model", default="linear")
    parser.add_argument("--trials", type=int, default=8)
    arguments = parser.parse_args()
    default_bytes = worker_cache.MAX_BYTES
    # Libraries are imported before timing starts.
    seconds(table(200), arguments.model, STEPS["pairs"], 1)
    for name, steps in STEPS.items():
        used = {}
        for max_bytes in (0, default_bytes):
            worker_cache.MAX_BYTES = max_bytes
            dataset = table(arguments.rows)
            used[max_bytes] = seconds(dataset, arguments.model, steps, arguments.trials)
        separate, shared = used[0], used[default_bytes]
        print(f"{name}: {separate:.2f} s, shared {shared:.2f} s, {1 - shared / separate:.0%} saved")


if __name__ == "__main__":
    main()
