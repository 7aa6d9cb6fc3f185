"""Which fold models should predict if training parts grow: test error by minimum share.

python benchmarks/growing_folds.py
"""

from __future__ import annotations

from unittest import mock

import numpy as np
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import TimeSeriesSplit

from autoskl import AutoRegressor
from autoskl.ensembles import members

SHARES = (0.9, 0.75, 0.55, 0.0)
"""Minimum training rows of a fold model, relative to the largest training part."""

TRAIN_ROWS, TEST_ROWS = 1_100, 400
SEEDS = 3


def series(is_drifting: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows in temporal order whose coefficients rotate slowly or stay constant."""
    rng = np.random.default_rng(seed)
    n = TRAIN_ROWS + TEST_ROWS
    X, time = rng.normal(size=(n, 4)), np.arange(n)
    if is_drifting:
        signal = np.cos(time / 800) * X[:, 0] + np.sin(time / 800) * X[:, 1]
        return X, signal + 0.4 * rng.normal(size=n)
    return X, np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.3 * rng.normal(size=n)


def test_error(X: np.ndarray, y: np.ndarray, share: float, seed: int) -> float:
    """Return the mean squared error on the last rows."""
    model = AutoRegressor(
        n_trials=4,
        time_limit=None,
        n_jobs=1,
        random_state=seed,
        cv=TimeSeriesSplit(5),
        include=["lightgbm"],
    )
    with mock.patch.object(members, "MIN_TRAIN_SHARE", share):
        model.fit(X[:TRAIN_ROWS], y[:TRAIN_ROWS])
    return mean_squared_error(y[TRAIN_ROWS:], model.predict(X[TRAIN_ROWS:]))


def main() -> None:
    """Print a row for each series."""
    for is_drifting in (True, False):
        for seed in range(SEEDS):
            X, y = series(is_drifting, seed)
            errors = [f"{test_error(X, y, share, seed):.3f}" for share in SHARES]
            print("drifting" if is_drifting else "stable", seed, *errors, flush=True)


if __name__ == "__main__":
    main()
