"""A key that tells a store that it has seen a table before, and nobody what is in it."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
from scipy import sparse

from autoskl.tables.dataset import Dataset
from autoskl.tables.text_table import MixedTable


def fingerprint(dataset: Dataset, salt: str) -> str:
    """Return a keyed hash of the table's shape and sums, whatever the order of its rows.

    Parameters
    ----------
    dataset : Dataset
    salt : str
        Of the store, so that keys of different stores cannot be compared.
    """
    X = dataset.X.numbers if isinstance(dataset.X, MixedTable) else dataset.X
    if sparse.issparse(X):
        sums = np.asarray(abs(X).sum(axis=0)).ravel()
    else:
        sums = np.abs(np.nan_to_num(np.asarray(X), nan=0.5, posinf=1.0, neginf=-1.0)).sum(axis=0)
    # Six digits, since the order of the rows changes the last ones of a sum.
    described = [f"{value:.6g}" for value in (*sums, np.abs(dataset.y).sum())]
    size = (dataset.n_rows, dataset.n_columns, dataset.n_classes, str(dataset.task))
    content = "|".join([*map(str, size), *described])
    return hmac.new(salt.encode(), content.encode(), hashlib.sha256).hexdigest()
