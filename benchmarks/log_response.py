"""Boosted trees fitted to skewed values, to their logarithms, and the mean of both.

python benchmarks/log_response.py FOLDER

FOLDER holds the tables NAME.csv.gz and index.csv. Of each regression whose values are never below 0
and have a skewness of 1 or more: five folds of at most 4,000 rows, a fifth of the fitted rows set
aside for early stopping and for the factor that takes out the bias of logarithms. RMSE relative to
trees fitted to the values.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from autoskl.tables.skewness import is_skewed

Vector = NDArray[np.float64]

MOST_ROWS = 4_000
MOST_LEVELS = 200
TREES: dict[str, Any] = {
    "n_estimators": 2000,
    "learning_rate": 0.05,
    "num_leaves": 31,
    "subsample": 0.75,
    "subsample_freq": 1,
    "colsample_bytree": 0.8,
    "verbose": -1,
    "n_jobs": 1,
}


def tables(folder: Path) -> Iterator[tuple[str, pd.DataFrame, Vector]]:
    """Yield the name, the columns and the values of each regression of skewed values."""
    index = pd.read_csv(folder / "index.csv")
    for entry in index[index.task == "regression"].itertuples():
        table = pd.read_csv(folder / f"{entry.name}.csv.gz", low_memory=False)
        table = table[table[entry.target].notna()]
        if len(table) > MOST_ROWS:
            table = table.sample(MOST_ROWS, random_state=0)
        y = table.pop(entry.target).to_numpy(float)
        if not is_skewed(y):
            continue
        for name in table:
            if not pd.api.types.is_numeric_dtype(table[name]):
                codes = table[name].astype("category")
                table[name] = codes.cat.codes if len(codes.cat.categories) > MOST_LEVELS else codes
        table.columns = pd.Index([f"column{i}" for i in range(table.shape[1])])
        yield str(entry.name), table, y


def errors(X: pd.DataFrame, y: Vector) -> dict[str, float]:
    """Return the RMSE of each way to fit."""
    from sklearn.model_selection import KFold

    out = {name: np.zeros(len(y)) for name in ("plain", "log", "corrected")}
    for train, test in KFold(5, shuffle=True, random_state=0).split(X):
        rows = np.random.default_rng(0).permutation(train)
        aside, fitted = rows[: len(rows) // 5], rows[len(rows) // 5 :]
        out["plain"][test] = boosted(X, y, fitted, aside).predict(X.iloc[test])
        model = boosted(X, np.log1p(y), fitted, aside)
        known = np.expm1(model.predict(X.iloc[aside]))
        out["log"][test] = np.expm1(model.predict(X.iloc[test]))
        out["corrected"][test] = out["log"][test] * (known @ y[aside]) / (known @ known)
    out["both"] = (out["plain"] + out["corrected"]) / 2
    return {name: float(np.sqrt(np.mean((p - y) ** 2))) for name, p in out.items()}


def boosted(X: pd.DataFrame, y: Vector, fitted: Any, aside: Any) -> Any:
    """Return trees that stop early on the rows set aside."""
    from lightgbm import LGBMRegressor, early_stopping

    return LGBMRegressor(**TREES).fit(
        X.iloc[fitted],
        y[fitted],
        eval_set=[(X.iloc[aside], y[aside])],
        callbacks=[early_stopping(50, verbose=False)],
    )


def main() -> None:
    """Print a line for each table, then what the ratios are in the mean."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    ratios = []
    for name, X, y in tables(parser.parse_args().folder):
        found = errors(X, y)
        ratio = {way: found[way] / found["plain"] for way in ("log", "corrected", "both")}
        ratios.append(ratio)
        print(f"{name:24}", *(f"{way} {value:.3f}" for way, value in ratio.items()), flush=True)
    for way in ratios[0]:
        values = np.array([ratio[way] for ratio in ratios])
        mean, better = float(np.exp(np.log(values).mean())), int((values < 1).sum())
        print(f"{way}: geometric mean {mean:.3f}, better on {better} of {len(values)}")


if __name__ == "__main__":
    main()
