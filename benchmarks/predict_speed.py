"""Seconds to predict 10,000 x 30 rows with a fitted estimator, and the size of its pickle.

python benchmarks/predict_speed.py
python benchmarks/predict_speed.py --time-limit 60 --classes 2 10
"""

from __future__ import annotations

import argparse
import pickle
import statistics
import time

from sklearn.datasets import make_classification, make_regression

from autoskl import AutoClassifier, AutoRegressor

ROWS, COLUMNS, RUNS = 10_000, 30, 5


def table(n_rows: int, n_classes: int) -> tuple:
    """Return a table and its target; one class means regression."""
    if n_classes == 1:
        return make_regression(n_rows, COLUMNS, n_informative=15, noise=20.0, random_state=0)
    return make_classification(
        n_rows, COLUMNS, n_informative=15, n_classes=n_classes, flip_y=0.1, random_state=0
    )


def main() -> None:
    """Fit for each number of classes, then time predictions of new rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--classes", type=int, nargs="+", default=[1, 2, 10])
    options = parser.parse_args()
    print("| classes | members | models | pickle MiB | median seconds | slowest |")
    print("|--:|--:|--:|--:|--:|--:|")
    for classes in options.classes:
        X, y = table(2 * ROWS, classes)
        Auto = AutoRegressor if classes == 1 else AutoClassifier
        model = Auto(time_limit=options.time_limit, random_state=0).fit(X[:ROWS], y[:ROWS])
        predict = model.predict if classes == 1 else model.predict_proba
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            predict(X[ROWS:])
            seconds.append(time.perf_counter() - start)
        ensemble, size = model.ensemble_, len(pickle.dumps(model)) / 2**20
        cells = f"| {classes} | {len(ensemble)} | {ensemble.n_models} | {size:.1f} "
        print(f"{cells}| {statistics.median(seconds):.2f} | {max(seconds):.2f} |", flush=True)


if __name__ == "__main__":
    main()
