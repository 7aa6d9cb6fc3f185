"""Meta-features of the columns: kinds, levels, missing values, distribution shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.dataset import Dataset

NAMES = (
    "share_categorical",
    "share_binary",
    "share_datetime",
    "share_zeros",
    "log_most_levels",
    "log_mean_levels",
    "one_hot_width_per_row",
    "missing_cells",
    "missing_rows",
    "missing_columns",
    "median_skewness",
    "high_skewness",
    "share_outlying_columns",
    "mean_correlation",
    "effective_rank",
)

_CLIP = 20.0
_PAIRS = 200
_SHAPE_ROWS = 1_000
_RANK_ROWS = 500


def column_features(dataset: Dataset) -> dict[str, float]:
    """Return meta-features of the inputs, independent of the target.

    Parameters
    ----------
    dataset : Dataset
        Dense, with NaN where values are missing.
    """
    X = np.asarray(dataset.X)
    if not X.shape[1]:
        return {}
    missing = np.isnan(X)
    categorical = np.array([c.kind is Kind.CATEGORICAL for c in dataset.columns], dtype=bool)
    if not len(categorical):
        categorical = np.zeros(X.shape[1], dtype=bool)
    levels = np.array([c.n_levels for c in dataset.columns if c.kind is Kind.CATEGORICAL])
    width = float(levels.sum()) if len(levels) else 0.0
    features = {
        "share_categorical": float(categorical.mean()),
        "share_binary": float(_binary(X[:_SHAPE_ROWS]).mean()),
        "share_datetime": _datetime_share(dataset),
        "share_zeros": float((X == 0).mean()),
        "log_most_levels": float(np.log2(levels.max() + 1)) if len(levels) else 0.0,
        "log_mean_levels": float(np.log2(levels.mean() + 1)) if len(levels) else 0.0,
        "one_hot_width_per_row": min(width / max(len(X), 1), 10.0),
        "missing_cells": float(missing.mean()),
        "missing_rows": float(missing.any(axis=1).mean()),
        "missing_columns": float(missing.any(axis=0).mean()),
    }
    return {**features, **_numeric_features(X[:_SHAPE_ROWS, ~categorical])}


def _numeric_features(X: NDArray[np.float64]) -> dict[str, float]:
    """Return shape and redundancy of the numeric columns; empty if there are none."""
    known = ~np.isnan(X)
    X = X[:, known.sum(axis=0) > 2]
    if X.shape[1] == 0:
        return {}
    known, counts = ~np.isnan(X), (~np.isnan(X)).sum(axis=0)
    # Scaled first, as the squares of very large numbers would overflow.
    largest = np.abs(np.where(known, X, 0.0)).max(axis=0)
    X = X / np.where(largest > 0, largest, 1.0)
    filled = np.where(known, X, 0.0)
    centre = filled.sum(axis=0) / counts
    centred = np.where(known, X - centre, 0.0)
    deviation = np.sqrt((centred**2).sum(axis=0) / counts)
    varies = deviation > 1e-12
    if not varies.any():
        return {}
    Z, counts = centred[:, varies] / deviation[varies], counts[varies]
    skewness = np.minimum(np.abs((Z**3).sum(axis=0) / counts), _CLIP)
    return {
        "median_skewness": float(np.median(skewness)),
        "high_skewness": float(np.quantile(skewness, 0.9)),
        "share_outlying_columns": float((_outlying(Z) > 0.05).mean()),
        "mean_correlation": _mean_correlation(Z),
        "effective_rank": _effective_rank(Z[:_RANK_ROWS]),
    }


def _outlying(Z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of values in each column that lie far outside the interquartile range."""
    ordered = np.sort(Z, axis=0)
    low, high = ordered[len(Z) // 4], ordered[(3 * len(Z)) // 4]
    span = np.maximum(high - low, 1e-9)
    share: NDArray[np.float64] = ((low - 5 * span > Z) | (high + 5 * span < Z)).mean(axis=0)
    return share


def _mean_correlation(Z: NDArray[np.float64]) -> float:
    """Return the mean absolute correlation of random pairs of standardised columns."""
    d = Z.shape[1]
    if d < 2:
        return float("nan")
    rng = np.random.default_rng(0)
    first = rng.integers(d, size=_PAIRS)
    second = (first + rng.integers(1, d, size=_PAIRS)) % d
    return float(np.abs((Z[:, first] * Z[:, second]).mean(axis=0)).mean())


def _effective_rank(Z: NDArray[np.float64]) -> float:
    """Return the participation ratio of the eigenvalues over the number of columns."""
    gram = Z.T @ Z if Z.shape[1] <= Z.shape[0] else Z @ Z.T
    total = float(np.trace(gram))
    squares = float((gram**2).sum())
    return total**2 / squares / Z.shape[1] if squares > 0 else float("nan")


def _binary(X: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return a mask of the columns with exactly two values."""
    low = np.where(np.isnan(X), np.inf, X).min(axis=0)
    high = np.where(np.isnan(X), -np.inf, X).max(axis=0)
    two = ((low == X) | (high == X) | np.isnan(X)).all(axis=0)
    binary: NDArray[np.bool_] = two & (high > low)
    return binary


def _datetime_share(dataset: Dataset) -> float:
    kinds = [column.kind is Kind.DATETIME for column in dataset.columns]
    return float(np.mean(kinds)) if kinds else 0.0
