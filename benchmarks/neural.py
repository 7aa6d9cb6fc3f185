"""Folds of a network trained together against one by one, on tables of several sizes.

Run ``python benchmarks/neural.py --output neural.jsonl``; what is in the file is not run again. The
table has seconds of processor time, which other work on the machine disturbs less than wall time.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from autoskl.neural import RealMLPClassifier, TabMClassifier

FOLDS = 5
ROWS = (1_000, 5_000, 20_000)
COLUMNS = 20
MODELS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "real_mlp small 128": (RealMLPClassifier, {"variant": "small", "hidden_sizes": (128,) * 3}),
    "real_mlp small 256": (RealMLPClassifier, {"variant": "small"}),
    "real_mlp full 256": (RealMLPClassifier, {"variant": "full"}),
    "tabm mini 16": (TabMClassifier, {"mini": True, "k": 16, "width": 128, "n_blocks": 2}),
}


def sample(n_rows: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, COLUMNS))
    y = (np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + rng.normal(0, 0.5, n_rows) > 0).astype(int)
    return X, y


def measure(name: str, n_rows: int, n_epochs: int, threads: int) -> dict[str, Any]:
    family, parameters = MODELS[name]
    X, y = sample(n_rows)
    fold = np.arange(n_rows) % FOLDS
    train = [(X[fold != i], y[fold != i], None) for i in range(FOLDS)]
    held = [(X[fold == i], y[fold == i], None) for i in range(FOLDS)]

    def models() -> list[Any]:
        return [
            family(
                **parameters,
                n_epochs=n_epochs,
                device="cpu",
                n_jobs=threads,
                selection="log_loss",
                random_state=i,
            )
            for i in range(FOLDS)
        ]

    found: dict[str, Any] = {"model": name, "rows": n_rows, "threads": threads}
    for way in ("together", "one by one"):
        cpu, wall = time.process_time(), time.perf_counter()
        if way == "together":
            family.fit_together(models(), train, held)
        else:
            for i, model in enumerate(models()):
                family.fit_together([model], train[i : i + 1], held[i : i + 1])
        found[way] = (time.process_time() - cpu) / n_epochs
        found[f"{way}, wall"] = (time.perf_counter() - wall) / n_epochs
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("neural.jsonl"))
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    done = []
    if arguments.output.exists():
        done = [json.loads(line) for line in arguments.output.read_text().splitlines()]
    known = {(d["model"], d["rows"], d["threads"]) for d in done}
    measure("real_mlp small 128", 1_000, 1, 1)  # libraries are loaded, buffers there
    for threads in arguments.threads:
        for n_rows in ROWS:
            for name in MODELS:
                if (name, n_rows, threads) not in known:
                    done.append(measure(name, n_rows, arguments.epochs, threads))
                    with arguments.output.open("a") as file:
                        file.write(json.dumps(done[-1]) + "\n")
    print("| model | rows | threads | together, s / epoch | one by one | ratio | wall ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for d in done:
        ratio, wall = d["one by one"] / d["together"], d["one by one, wall"] / d["together, wall"]
        print(
            f"| {d['model']} | {d['rows']} | {d['threads']} | {d['together']:.3f} "
            f"| {d['one by one']:.3f} | {ratio:.2f} | {wall:.2f} |"
        )


if __name__ == "__main__":
    main()
