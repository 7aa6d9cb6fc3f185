"""Fits the folds of a table with other networks, in pytabkit's environment, without autoskl.

``python peer_folds.py TASK.npz RESULT.npz``; `benchmarks/neural_scores.py` writes the former and
reads the latter. All networks are pytabkit's except TabNet, from the package pytorch-tabnet.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import pandas as pd
import pytabkit
import torch

PYTABKIT = {
    "real_mlp small": "RealMLP_TD_S",
    "real_mlp full": "RealMLP_TD",
    "tabm": "TabM_D",
    "ft_transformer": "FTT_D",
    "lightgbm": "LGBM_TD",
}


def frame(X: Any, categorical: Any) -> pd.DataFrame:
    """Return a table with codes as categories."""
    table = pd.DataFrame(X, columns=[f"c{j}" for j in range(X.shape[1])])
    for j in categorical:
        levels = table[f"c{j}"].map(lambda code: None if np.isnan(code) else f"l{code:.0f}")
        table[f"c{j}"] = levels.astype("category")
    return table


def with_pytabkit(task: Any, i: int, parameters: dict[str, Any]) -> tuple[Any, float]:
    """Return the predictions of the test rows of a fold, and the CPU seconds of the fit."""
    table, y, classes = frame(task["X"], task["categorical"]), task["y"], bool(task["classes"])
    train, held_out, test = (task[f"{part}{i}"] for part in ("train", "held", "test"))
    name = PYTABKIT[str(task["family"])] + ("_Classifier" if classes else "_Regressor")
    common = {"device": "cpu", "random_state": int(task["seed"]) + i, "n_cv": 1, "n_threads": 1}
    model = getattr(pytabkit, name)(**common, **parameters)
    rows = np.concatenate([train, held_out])
    start = time.process_time()
    model.fit(table.iloc[rows], y[rows], val_idxs=np.arange(len(train), len(rows)))
    seconds = time.process_time() - start
    predict = model.predict_proba if classes else model.predict
    return np.asarray(predict(table.iloc[test])), seconds


def with_tabnet(task: Any, i: int, parameters: dict[str, Any]) -> tuple[Any, float]:
    """Return the same for TabNet; codes are embedded, numbers and targets standardised."""
    from pytorch_tabnet.tab_model import TabNetClassifier, TabNetRegressor

    train, held_out, test = (task[f"{part}{i}"] for part in ("train", "held", "test"))
    X, categorical = task["X"].astype(np.float32), [int(j) for j in task["categorical"]]
    numbers = np.setdiff1d(np.arange(X.shape[1]), categorical)
    spread = X[train][:, numbers].std(axis=0)
    X[:, numbers] = (X[:, numbers] - X[train][:, numbers].mean(axis=0)) / np.maximum(spread, 1e-9)
    X[:, categorical] = np.where(np.isnan(X[:, categorical]), -1, X[:, categorical]) + 1
    levels = [int(X[:, j].max()) + 1 for j in categorical]
    classes, y = bool(task["classes"]), task["y"]
    mean, scale = (0, 1) if classes else (y[train].mean(), y[train].std())
    target = y if classes else ((y - mean) / scale)[:, np.newaxis]
    model = (TabNetClassifier if classes else TabNetRegressor)(
        cat_idxs=categorical,
        cat_dims=levels,
        cat_emb_dim=4,
        seed=int(task["seed"]) + i,
        verbose=0,
        device_name="cpu",
    )
    start = time.process_time()
    model.fit(
        X[train],
        target[train],
        eval_set=[(X[held_out], target[held_out])],
        eval_metric=["accuracy" if classes else "rmse"],
        **parameters,
    )
    seconds = time.process_time() - start
    if not classes:
        return model.predict(X[test]).ravel() * scale + mean, seconds
    probabilities = np.zeros((len(test), int(y.max()) + 1))
    probabilities[:, model.classes_] = model.predict_proba(X[test])
    return probabilities, seconds


def main() -> None:
    """Fit and predict the folds of a task."""
    task = np.load(sys.argv[1])
    torch.set_num_threads(1)
    fit = with_tabnet if str(task["family"]) == "tabnet" else with_pytabkit
    parameters = json.loads(str(task["parameters"]))
    results = [fit(task, i, parameters) for i in range(int(task["folds"]))]
    predictions = {f"prediction{i}": values for i, (values, _) in enumerate(results)}
    np.savez(sys.argv[2], seconds=np.array([seconds for _, seconds in results]), **predictions)


if __name__ == "__main__":
    main()
