"""Meta-features of the target."""

from __future__ import annotations

import numpy as np

from autoskl.tables.dataset import Dataset

NAMES = (
    "class_entropy",
    "log_minority_rows",
    "target_skewness",
    "target_kurtosis",
    "target_repeated",
    "target_zeros",
    "target_integers",
)

_CLIP = 20.0


def target_features(dataset: Dataset) -> dict[str, float]:
    """Return the class balance, or the shape of the distribution of a regression target.

    Parameters
    ----------
    dataset : Dataset
    """
    y = dataset.y
    if dataset.task.is_classification:
        counts = np.bincount(y.astype(np.int64), minlength=max(dataset.n_classes, 1))
        shares = counts[counts > 0] / len(y)
        max_entropy = np.log(max(dataset.n_classes, 2))
        return {
            "class_entropy": float(-(shares * np.log(shares)).sum() / max_entropy),
            "log_minority_rows": float(np.log2(counts.min() + 1)),
        }
    deviation = float(y.std())
    Z = (y - y.mean()) / deviation if deviation > 0 else np.zeros(len(y))
    return {
        "target_skewness": float(np.clip((Z**3).mean(), -_CLIP, _CLIP)),
        "target_kurtosis": float(np.clip((Z**4).mean() - 3, -_CLIP, 5 * _CLIP)),
        "target_repeated": 1 - len(np.unique(y)) / len(y),
        "target_zeros": float((y == 0).mean()),
        "target_integers": float(np.all(y == np.round(y))),
    }
