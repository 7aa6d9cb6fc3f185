"""A large table: time, memory and loss compared with HistGradientBoosting.

python benchmarks/large_table.py
python benchmarks/large_table.py --rows 1000000 --columns 30 --seconds 60 --regression
"""

from __future__ import annotations

import argparse
import time
from functools import partial

import numpy as np
from process_tree import PeakMemory, tree_bytes
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, root_mean_squared_error

from autoskl import AutoClassifier, AutoRegressor

TEST_ROWS = 100_000
MIB = 2**20


def synthetic(n_rows: int, n_columns: int, regression: bool, seed: int) -> tuple:
    """Return a noisy table with smooth, stepped and interacting effects, and its target."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_columns))
    X[:, 5:10] = np.round(2 * X[:, 5:10])
    signal = np.sin(2 * X[:, 0]) + 0.5 * X[:, 1] ** 2 + X[:, 2] * X[:, 3] + (X[:, 4] > 0.5)
    signal += 0.3 * (X[:, 5] % 3) + 0.2 * X[:, 10:20].sum(axis=1)
    noisy = signal + rng.normal(scale=1.0, size=n_rows)
    return X, noisy if regression else (noisy > 1.0).astype(np.int64)


def loss(model, X: np.ndarray, y: np.ndarray) -> float:
    """Return the log loss or the root mean squared error."""
    if hasattr(model, "predict_proba"):
        return log_loss(y, model.predict_proba(X))
    return root_mean_squared_error(y, model.predict(X))


def trees_for(seconds: float, plain, X: np.ndarray, y: np.ndarray) -> int:
    """Estimate from two short fits how many trees HistGradientBoosting can grow in the time."""
    wall = []
    for trees in (10, 40):
        start = time.perf_counter()
        clone(plain).set_params(max_iter=trees, early_stopping=True).fit(X, y)
        wall.append(time.perf_counter() - start)
    each = (wall[1] - wall[0]) / 30
    return max(10, int((seconds - wall[0]) / each) + 10)


def report(name: str, fit, X: np.ndarray, y: np.ndarray, make_test) -> None:
    """Fit while measuring memory and print a row; test rows are created after the fit."""
    table = X.nbytes + y.nbytes
    before = tree_bytes()
    with PeakMemory() as memory:
        start = time.perf_counter()
        model = fit(X, y)
        wall = time.perf_counter() - start
    print(
        f"{name:<34}{wall:8.2f} s   peak {memory.peak / MIB:7.0f} MiB = {memory.peak / table:4.2f} "
        f"tables ({before / table:4.2f} before the fit, the table among it)   "
        f"test loss {loss(model, *make_test()):.5f}"
    )


def main() -> None:
    """Fit autoskl, then HistGradientBoosting with its defaults and with the same time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=30, help="at least 20")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--regression", action="store_true")
    parser.add_argument("--n-jobs", type=int, default=2)
    options = parser.parse_args()
    X, y = synthetic(options.rows, options.columns, options.regression, seed=0)
    test = partial(synthetic, TEST_ROWS, options.columns, options.regression, seed=1)
    print(f"{X.shape[0]} x {X.shape[1]}: {(X.nbytes + y.nbytes) / MIB:.0f} MiB")
    Auto = AutoRegressor if options.regression else AutoClassifier
    Plain = HistGradientBoostingRegressor if options.regression else HistGradientBoostingClassifier
    auto = Auto(time_limit=options.seconds, n_jobs=options.n_jobs, random_state=0)
    report("autoskl", auto.fit, X, y, test)
    report("HistGradientBoosting, defaults", Plain(random_state=0).fit, X, y, test)
    plain = Plain(random_state=0)
    plain.set_params(max_iter=trees_for(options.seconds, plain, X, y), early_stopping=True)
    report(f"HistGradientBoosting, <= {plain.max_iter} trees", plain.fit, X, y, test)


if __name__ == "__main__":
    main()
