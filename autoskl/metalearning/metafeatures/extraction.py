"""All meta-features of a dataset."""

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
"""Raised when a feature of the same name comes to mean something else."""

MOST_ROWS = 5_000
MOST_COLUMNS = 200

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
    "size": size.of_size,
    "columns": columns.of_columns,
    "target": target.of_target,
    "signal": signal.of_signal,
}


def meta_features(dataset: Dataset) -> Features:
    """Describe a dataset by about two dozen numbers, NaN where one makes no sense.

    At most 5,000 rows and 200 columns are looked at, always the same ones, so that it takes some
    tens of milliseconds. It never raises.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    dict of str to float
        Every name of `NAMES`, in this order.
    """
    sample = sampled(dataset)
    found: Features = dict.fromkeys(NAMES, math.nan)
    with np.errstate(all="ignore"):
        for group, extract in _FUNCTIONS.items():
            # Sizes are those of the whole table.
            found.update(_known(extract(dataset if group == "size" else sample)))
    return found


def sampled(dataset: Dataset) -> Dataset:
    """Return at most `MOST_ROWS` rows and `MOST_COLUMNS` columns, as dense numbers without texts.

    Parameters
    ----------
    dataset : Dataset
    """
    table = dataset.X.numbers if isinstance(dataset.X, MixedTable) else dataset.X
    rng = generator("meta-features", dataset.n_rows, dataset.n_columns)
    rows = _some(dataset.n_rows, MOST_ROWS, rng)
    kept = _some(table.shape[1], MOST_COLUMNS, rng)
    X: Any = table[rows][:, kept]
    dense = np.asarray(X.toarray() if sparse.issparse(X) else X, np.float64)
    return Dataset(
        X=np.where(np.isfinite(dense), dense, np.nan),
        y=dataset.y[rows],
        columns=tuple(dataset.columns[i] for i in kept) if dataset.columns else (),
        task=dataset.task,
        n_classes=dataset.n_classes,
    )


def _some(n: int, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))


def _known(features: Features) -> Features:
    return {n: float(v) if math.isfinite(v) else math.nan for n, v in features.items()}
