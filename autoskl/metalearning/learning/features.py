"""Meta-features of the tasks of a store."""

from __future__ import annotations

import numpy as np

from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store


def read_features(store: Store) -> dict[str, dict[str, float]]:
    """Return the meta-features in a store by task.

    Parameters
    ----------
    store : Store
    """
    found: dict[str, dict[str, float]] = {}
    for row in store.rows(schema.META_FEATURES):
        value = np.nan if row["value"] is None else float(row["value"])
        found.setdefault(str(row["task"]), {})[str(row["name"])] = value
    return found
