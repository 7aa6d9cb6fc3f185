"""Training the folds of a network together versus one by one, on tables of several sizes.

Run ``python benchmarks/neural.py --output neural.jsonl --threads 1 2``. Results in the file are not
recomputed. The reported time is that of the fastest epoch, the one least disturbed by other
processes.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from autoskl.neural import RealMLPClassifier, TabMClassifier, trainer
from autoskl.neural.training_schedule import TrainingSchedule

FOLDS = 5
ROWS = (1_000, 5_000, 20_000)
COLUMNS = 20
MODELS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "real_mlp small 128": (RealMLPClassifier, {"variant": "small", "hidden_sizes": (128,) * 3}),
    "real_mlp small 256": (RealMLPClassifier, {"variant": "small"}),
    "real_mlp full 256": (RealMLPClassifier, {"variant": "full"}),
    "tabm 8 x 128": (TabMClassifier, {"k": 8, "width": 128}),
    "tabm mini 16": (TabMClassifier, {"mini": True, "k": 16, "width": 128, "n_blocks": 2}),
}


def sample(n_rows: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, COLUMNS))
    y = (np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + rng.normal(0, 0.5, n_rows) > 0).astype(int)
    return X, y


class EpochTimer(TrainingSchedule):
    """Records the CPU and wall-clock seconds of each epoch."""

    epochs: ClassVar[list[tuple[float, float]]] = []

    def begin_epoch(self) -> bool:
        """Record the start."""
        self.start = time.process_time(), time.perf_counter()
        return super().begin_epoch()

    def end_epoch(self) -> None:
        """Record the duration."""
        now = time.process_time(), time.perf_counter()
        self.epochs.append((now[0] - self.start[0], now[1] - self.start[1]))
        super().end_epoch()


def measure(name: str, n_rows: int, n_epochs: int, threads: int) -> dict[str, Any]:
    """Return the seconds of an epoch of all folds: the fastest, the least disturbed."""
    family, parameters = MODELS[name]
    X, y = sample(n_rows)
    fold = np.arange(n_rows) % FOLDS
    train = [(X[fold != i], y[fold != i], None) for i in range(FOLDS)]
    held_out = [(X[fold == i], y[fold == i], None) for i in range(FOLDS)]
    common = {"n_epochs": n_epochs, "device": "cpu", "n_jobs": threads, "selection": "log_loss"}
    models = [family(**parameters, **common, random_state=i) for i in range(FOLDS)]
    result: dict[str, Any] = {"model": name, "rows": n_rows, "threads": threads}
    modes = {"together": [range(FOLDS)], "one by one": [[i] for i in range(FOLDS)]}
    for mode, groups in modes.items():
        fastest = []
        for group in groups:
            EpochTimer.epochs.clear()
            family.fit_together(*([part[i] for i in group] for part in (models, train, held_out)))
            fastest.append(np.min(EpochTimer.epochs, axis=0))
        result[mode], result[f"{mode}, wall"] = np.sum(fastest, axis=0).tolist()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path("neural.jsonl"))
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--rows", type=int, nargs="+", default=list(ROWS))
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=list(MODELS))
    arguments = parser.parse_args()
    done = []
    if arguments.output.exists():
        done = [json.loads(line) for line in arguments.output.read_text().splitlines()]
    known = {(d["model"], d["rows"], d["threads"]) for d in done}
    trainer.TrainingSchedule = EpochTimer
    measure("real_mlp small 128", 1_000, 1, 1)  # loads libraries, allocates buffers
    for threads in arguments.threads:
        for n_rows in arguments.rows:
            for name in arguments.models:
                if (name, n_rows, threads) not in known:
                    done.append(measure(name, n_rows, arguments.epochs, threads))
                    with arguments.output.open("a") as file:
                        file.write(json.dumps(done[-1]) + "\n")
    print("| model | rows | threads | CPU s | one by one | ratio | s | one by one | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for d in sorted(done, key=lambda d: (d["threads"], d["rows"])):
        cells = [f"| {d['model']} | {d['rows']} | {d['threads']}"]
        for kind in ("", ", wall"):
            together, single = d[f"together{kind}"], d[f"one by one{kind}"]
            cells.append(f"{together:.3f} | {single:.3f} | {single / together:.2f}")
        print(" | ".join(cells) + " |")


if __name__ == "__main__":
    main()
