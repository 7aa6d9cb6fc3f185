"""Meta-features of the univariate association between columns and target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.dataset import Dataset

NAMES = ("strongest_signal", "mean_signal")

_ROWS = 1_000
_CLASSES = 20


def signal_features(dataset: Dataset) -> dict[str, float]:
    """Return the largest and the mean share of rank variance that a single column explains.

    It is the squared rank correlation for a regression, and the correlation ratio of the ranks for
    classes.

    Parameters
    ----------
    dataset : Dataset
        Dense, with NaN where values are missing.
    """
    X, y = np.asarray(dataset.X)[:_ROWS], dataset.y[:_ROWS]
    if len(X) < 3 or not X.shape[1]:
        return {}
    ranks = _ranks(X)
    if dataset.task.is_classification:
        explained = _between_classes(ranks, y.astype(np.int64))
    else:
        explained = (ranks * _ranks(y.reshape(-1, 1).astype(np.float64))).mean(axis=0) ** 2
    return {"strongest_signal": float(explained.max()), "mean_signal": float(explained.mean())}


def _ranks(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return standardised ranks per column: ties are averaged, missing values are mean-imputed.

    Columns without two distinct values are all zeros.
    """
    order = np.argsort(X, axis=0)  # missing values come last
    ordered = np.take_along_axis(X, order, axis=0)
    places = np.arange(len(X), dtype=np.float64)[:, np.newaxis]
    starts = np.vstack([np.ones((1, X.shape[1]), bool), ordered[1:] != ordered[:-1]])
    first = np.maximum.accumulate(np.where(starts, places, 0.0), axis=0)
    ends = np.vstack([starts[1:], np.ones((1, X.shape[1]), bool)])
    last = np.minimum.accumulate(np.where(ends, places, len(X))[::-1], axis=0)[::-1]
    ranks = np.empty(X.shape)
    np.put_along_axis(ranks, order, (first + last) / 2, axis=0)
    known = ~np.isnan(X)
    counts = np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, ranks - np.where(known, ranks, 0.0).sum(axis=0) / counts, 0.0)
    deviation = centred.std(axis=0)
    standardised: NDArray[np.float64] = centred / np.where(deviation > 0, deviation, 1.0)
    return standardised


def _between_classes(ranks: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the variance of the class means; the total variance is 1."""
    explained = np.zeros(ranks.shape[1])
    for code in np.argsort(-np.bincount(y))[:_CLASSES]:
        inside = y == code
        if inside.any():
            explained += inside.mean() * ranks[inside].mean(axis=0) ** 2
    return explained
