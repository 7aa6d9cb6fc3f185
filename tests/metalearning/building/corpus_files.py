"""Small folders of data sets."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd


def write_corpus(folder: Path, n_rows: int = 60) -> Path:
    """Write one data set for each task."""
    rng = np.random.default_rng(0)
    lines = []
    for task, n_classes in (("binary", 2), ("multiclass", 3), ("regression", 0)):
        table = pd.DataFrame(rng.normal(size=(n_rows, 3)), columns=["a", "b", "c"])
        table["colour"] = rng.choice(["red", "green", "blue"], n_rows)
        score = table["a"] + 0.5 * table["b"] + 0.1 * rng.normal(size=n_rows)
        if n_classes:
            codes = pd.qcut(score, n_classes, labels=False)
            table["y"] = codes.map(dict(enumerate("xyz")))
        else:
            table["y"] = 100.0 + 3.0 * score
        table.to_csv(folder / f"{task}-set.csv", index=False)
        line = {"name": f"{task}-set", "task": task, "target": "y", "rows": n_rows, "columns": 4}
        lines.append({**line, "notes": "artificial" if task == "binary" else ""})
    with (folder / "index.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return folder
