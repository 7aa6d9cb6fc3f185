"""Ridge regression: penalty chosen within the fit versus 1 and 10, and prediction range.

python benchmarks/ridge_penalty.py FOLDER

The second table compares how far predictions may exceed the range of the training target: by .25
and 2 times the range, and without a limit.
"""

from __future__ import annotations

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

from autoskl.components.predictors.ridge_gcv import RidgeGCV

MOST_ROWS = 1_500
MOST_LEVELS = 60
FOLDS = 3
MODELS = {"1": Ridge(1.0), "10": Ridge(10.0), "chosen": RidgeGCV()}
MARGINS = (0.25, 2.0, np.inf)
PAIRS = (
    (("chosen", 0.25), ("1", 0.25)),
    (("chosen", 0.25), ("10", 0.25)),
    (("1", 2.0), ("1", 0.25)),
    (("1", np.inf), ("1", 0.25)),
)


def table(folder: Path, row: dict[str, str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the columns and target of a table, with a limited number of rows."""
    frame = pd.read_csv(folder / f"{row['name']}.csv.gz", low_memory=False)
    frame = frame[pd.to_numeric(frame[row["target"]], errors="coerce").notna()]
    frame = frame.sample(min(len(frame), MOST_ROWS), random_state=0)
    return frame, frame.pop(row["target"]).to_numpy(float)


def steps(frame: pd.DataFrame, splines: bool):
    """Return the steps that convert the columns to numbers."""
    numbers = frame.select_dtypes("number").columns
    others = [c for c in frame.columns.difference(numbers) if frame[c].nunique() < MOST_LEVELS]
    made = [SplineTransformer(knots="quantile", extrapolation="linear")] if splines else []
    return make_column_transformer(
        (make_pipeline(SimpleImputer(), *made, StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=4), others),
        sparse_threshold=0,
    )


def errors(frame: pd.DataFrame, y: np.ndarray, splines: bool) -> dict[tuple[str, float], float]:
    """Return the mean RMSE over folds for each model and margin."""
    errors_by_model: dict[tuple[str, float], list[float]] = {}
    for train, test in list(KFold(5, shuffle=True, random_state=0).split(frame))[:FOLDS]:
        prepared = steps(frame, splines)
        X_train = prepared.fit_transform(frame.iloc[train])
        X_test = prepared.transform(frame.iloc[test])
        lower, width = y[train].min(), np.ptp(y[train])
        for name, model in MODELS.items():
            predicted = model.fit(X_train, y[train]).predict(X_test)
            for margin in MARGINS:
                bounds = lower - margin * width, lower + (1 + margin) * width
                error = np.sqrt(np.mean((np.clip(predicted, *bounds) - y[test]) ** 2))
                errors_by_model.setdefault((name, margin), []).append(float(error))
    return {key: float(np.mean(values)) for key, values in errors_by_model.items()}


def main() -> None:
    """Print the mean logarithms of ratios over all numeric tables."""
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")
    index = csv.DictReader((folder / "index.csv").open())
    rows = [row for row in index if row["task"] == "regression"]
    for splines in (False, True):
        results = []
        for row in rows:
            frame, y = table(folder, row)
            if len(frame.select_dtypes("number").columns):
                results.append(errors(frame, y, splines))
        print("splines" if splines else "columns as they are", f"({len(results)} tables)")
        for first, second in PAIRS:
            logs = np.array([np.log(r[first] / r[second]) for r in results])
            error = logs.std() / np.sqrt(len(logs))
            print(
                f"{first} against {second}: {logs.mean():+.4f} +- {error:.4f}"
                f", 1 % better on {np.sum(logs < -0.01)}, worse on {np.sum(logs > 0.01)}, "
                f"from {logs.min():+.2f} to {logs.max():+.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
