"""Extraction of all meta-features of a dataset."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.core.seeds import generator
from autoskl.metalearning.metafeatures import columns, signal, size, target
from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import MixedTable

VERSION = 1
"""Incremented when the meaning of a feature changes while its name stays."""

MAX_ROWS = 5_000
MAX_COLUMNS = 200

Features = dict[str, float]
Extractor = Callable[[Dataset], Features]

EXTRACTORS: Mapping[str, tuple[str, ...]] = {
    "size": size.NAMES,
    "columns": columns.NAMES,
    "target": target.NAMES,
    "signal": signal.NAMES,
}
NAMES = tuple(name for names in EXTRACTORS.values() for name in names)

_FUNCTIONS: Mapping[str, Extractor] = {
    "size": size.size_features,
    "columns": columns.column_features,
    "target": target.target_features,
    "signal": signal.signal_features,
}


def meta_features(dataset: Dataset) -> Features:
    """Describe a dataset by about two dozen numbers, NaN where one is undefined.

    A fixed sample of at most 5,000 rows and 200 columns keeps the time to tens of milliseconds. It
    never raises.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    dict of str to float
        Values for all of `NAMES`, in this order.
    """
    sample = subsample(dataset)
    features: Features = dict.fromkeys(NAMES, math.nan)
    with np.errstate(all="ignore"):
        for group, extract in _FUNCTIONS.items():
            # Sizes refer to the whole table.
            features.update(_finite(extract(dataset if group == "size" else sample)))
    return features


def subsample(dataset: Dataset) -> Dataset:
    """Return at most `MAX_ROWS` rows and `MAX_COLUMNS` columns, as dense numbers without texts.

    Parameters
    ----------
    dataset : Dataset
    """
    table = dataset.X.numbers if isinstance(dataset.X, MixedTable) else dataset.X
    rng = generator("meta-features", dataset.n_rows, dataset.n_columns)
    rows = _draw(dataset.n_rows, MAX_ROWS, rng)
    kept = _draw(table.shape[1], MAX_COLUMNS, rng)
    X: Any = table[rows][:, kept]
    dense = np.asarray(X.toarray() if sparse.issparse(X) else X, np.float64)
    return Dataset(
        X=np.where(np.isfinite(dense), dense, np.nan),
        y=dataset.y[rows],
        columns=tuple(dataset.columns[i] for i in kept) if dataset.columns else (),
        task=dataset.task,
        n_classes=dataset.n_classes,
    )


def _draw(n: int, limit: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return np.arange(n) if n <= limit else np.sort(rng.choice(n, limit, replace=False))


def _finite(features: Features) -> Features:
    return {n: float(v) if math.isfinite(v) else math.nan for n, v in features.items()}
