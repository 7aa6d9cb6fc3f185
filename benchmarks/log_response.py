"""Boosted trees fitted to skewed targets, to their logarithms, and the mean of both.

python benchmarks/log_response.py FOLDER [--part 0 --parts 2]

FOLDER contains the tables NAME.csv.gz and index.csv. Each regression with a non-negative target and
a skewness of 1 or more is fitted on five folds of at most 2,500 rows. A fifth of the training rows
is set aside for early stopping and for the factor that corrects the bias of logarithms. The output
is the RMSE relative to trees fitted to the values.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from autoskl.components.transformers.log_scale import LogScaler
from autoskl.tables.skewness import is_skewed

Vector = NDArray[np.float64]

MOST_ROWS = 2_500
MOST_LEVELS = 200
EMPHASES = {"log": 0.0, "log, emphasis .5": 0.5, "log, emphasis 1": 1.0}
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
    """Yield the name, the columns and the target of each regression with a skewed target."""
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
    """Return the RMSE of each variant."""
    from sklearn.model_selection import KFold

    out = {name: np.zeros(len(y)) for name in ("plain", *EMPHASES)}
    for train, test in KFold(5, shuffle=True, random_state=0).split(X):
        rows = np.random.default_rng(0).permutation(train)
        held_out, fitted = rows[: len(rows) // 5], rows[len(rows) // 5 :]
        out["plain"][test] = fit_trees(X, y, None, fitted, held_out).predict(X.iloc[test])
        for name, emphasis in EMPHASES.items():
            scale = LogScaler(emphasis=emphasis).scale(y[fitted])
            weight = scale.weights(y, np.ones(len(y)))
            model = fit_trees(X, scale.forward(y), weight, fitted, held_out)
            known = scale.inverse(model.predict(X.iloc[held_out]))
            predicted = scale.inverse(model.predict(X.iloc[test]))
            out[name][test] = predicted * y[held_out].sum() / known.sum()
    for name in EMPHASES:
        out[f"plain and {name}"] = (out["plain"] + out[name]) / 2
    return {name: float(np.sqrt(np.mean((p - y) ** 2))) for name, p in out.items()}


def fit_trees(X: pd.DataFrame, y: Vector, weight: Vector | None, fitted: Any, held_out: Any) -> Any:
    """Return trees with early stopping on the rows set aside."""
    from lightgbm import LGBMRegressor, early_stopping

    return LGBMRegressor(**TREES).fit(
        X.iloc[fitted],
        y[fitted],
        sample_weight=None if weight is None else weight[fitted],
        eval_set=[(X.iloc[held_out], y[held_out])],
        eval_sample_weight=None if weight is None else [weight[held_out]],
        callbacks=[early_stopping(50, verbose=False)],
    )


def main() -> None:
    """Print a line for each table, then the mean ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--part", type=int, default=0, help="every so many tables, from this one on"
    )
    parser.add_argument("--parts", type=int, default=1)
    options = parser.parse_args()
    ratios: list[dict[str, float]] = []
    for name, X, y in islice(tables(options.folder), options.part, None, options.parts):
        rmse = errors(X, y)
        plain = rmse.pop("plain")
        ratios.append({variant: error / plain for variant, error in rmse.items()})
        print(
            f"{name:24}",
            *(f"{variant} {value:.3f}" for variant, value in ratios[-1].items()),
            flush=True,
        )
    for variant in ratios[0]:
        values = np.array([ratio[variant] for ratio in ratios])
        mean, better = float(np.exp(np.log(values).mean())), int((values < 1).sum())
        print(
            f"{variant}: mean {mean:.3f}, better on {better} of {len(values)}, "
            f"worst {values.max():.3f}"
        )


if __name__ == "__main__":
    main()
