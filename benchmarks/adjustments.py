"""Adjusted versus unadjusted members, for metrics that the mean does not optimise.

python benchmarks/adjustments.py
"""

from __future__ import annotations

import warnings
from unittest import mock

import numpy as np
from sklearn.metrics import (
    d2_absolute_error_score,
    get_scorer,
    make_scorer,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_pinball_loss,
)

from autoskl import AutoRegressor

ROWS = 600
SEEDS = (0, 1, 2)


def tables(seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return synthetic tables: noise that grows with a column, counts with zeros, skewed values."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(2 * ROWS, 5))
    growing_noise = 2 * X[:, 1] + 2 * np.exp(0.5 * X[:, 0]) * rng.normal(size=len(X))
    counts = rng.poisson(np.exp(0.3 * X[:, 0] - 1.2)).astype(float)
    skewed = np.exp(X[:, 0] + 0.7 * rng.normal(size=len(X))) + 0.3
    return {"growing noise": (X, growing_noise), "counts": (X, counts), "skewed": (X, skewed)}


def pinball(y: np.ndarray, p: np.ndarray) -> float:
    """Return the pinball loss of the .9 quantile."""
    return mean_pinball_loss(y, p, alpha=0.9)


CASES = {
    "pinball .9": ("growing noise", make_scorer(pinball, greater_is_better=False), pinball),
    "D2 absolute": ("counts", get_scorer("d2_absolute_error_score"), d2_absolute_error_score),
    "MAPE": ("skewed", "neg_mean_absolute_percentage_error", mean_absolute_percentage_error),
    "MAE": ("skewed", "neg_mean_absolute_error", mean_absolute_error),
}


def score(table: str, scoring: object, measure: object, seed: int, adjusted: bool) -> float:
    """Return the test score of a fit of six configurations."""
    X, y = tables(seed)[table]
    model = AutoRegressor(n_trials=6, time_limit=None, random_state=seed, scoring=scoring)
    no_adjustment = mock.patch("autoskl.ensembles.calibrator.can_adjust", return_value=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if adjusted:
            model.fit(X[:ROWS], y[:ROWS])
        else:
            with no_adjustment:
                model.fit(X[:ROWS], y[:ROWS])
    return measure(y[ROWS:], model.predict(X[ROWS:]))


def main() -> None:
    """Print a row for each metric: means over seeds."""
    print("| metric | as they are | adjusted |\n|---|--:|--:|")
    for name, (table, scoring, measure) in CASES.items():
        plain, adjusted = (
            np.mean([score(table, scoring, measure, seed, arm) for seed in SEEDS])
            for arm in (False, True)
        )
        print(f"| {name} | {plain:.4f} | {adjusted:.4f} |", flush=True)


if __name__ == "__main__":
    main()
