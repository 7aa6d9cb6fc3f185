"""Folds of a table with pytabkit's networks: runs in pytabkit's environment, without autoskl.

``python pytabkit_folds.py TASK.npz RESULT.npz``; `benchmarks/neural_scores.py` writes the one and
reads the other.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
import pandas as pd
import torch
from pytabkit import (
    RealMLP_TD_Classifier,
    RealMLP_TD_Regressor,
    RealMLP_TD_S_Classifier,
    RealMLP_TD_S_Regressor,
    TabM_D_Classifier,
    TabM_D_Regressor,
)

FAMILIES = {
    "real_mlp small": (RealMLP_TD_S_Classifier, RealMLP_TD_S_Regressor),
    "real_mlp full": (RealMLP_TD_Classifier, RealMLP_TD_Regressor),
    "tabm": (TabM_D_Classifier, TabM_D_Regressor),
}


def frame(X: Any, categorical: Any) -> pd.DataFrame:
    table = pd.DataFrame(X, columns=[f"c{j}" for j in range(X.shape[1])])
    for j in categorical:
        levels = table[f"c{j}"].map(lambda code: None if np.isnan(code) else f"l{code:.0f}")
        table[f"c{j}"] = levels.astype("category")
    return table


def main() -> None:
    task = np.load(sys.argv[1])
    torch.set_num_threads(1)
    classes = bool(task["classes"])
    table, y, seed = frame(task["X"], task["categorical"]), task["y"], int(task["seed"])
    family = FAMILIES[str(task["family"])][0 if classes else 1]
    found, seconds = {}, []
    for i in range(int(task["folds"])):
        train, held, test = (task[f"{part}{i}"] for part in ("train", "held", "test"))
        rows = np.concatenate([train, held])
        model = family(device="cpu", random_state=seed + i, n_cv=1, n_threads=1)
        start = time.process_time()
        model.fit(table.iloc[rows], y[rows], val_idxs=np.arange(len(train), len(rows)))
        seconds.append(time.process_time() - start)
        predict = model.predict_proba if classes else model.predict
        found[f"prediction{i}"] = np.asarray(predict(table.iloc[test]))
    np.savez(sys.argv[2], seconds=np.array(seconds), **found)


if __name__ == "__main__":
    main()
