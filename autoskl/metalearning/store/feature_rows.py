"""Meta-features as rows of a store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autoskl.metalearning.metafeatures.extraction import VERSION


def feature_rows(task: str, features: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return rows of meta-features with three digits: too few to reveal a value of the table.

    Parameters
    ----------
    task : str
        Key of the task.
    features : mapping of str to float
        NaN where one is undefined.
    """
    return [
        {
            "task": task,
            "name": name,
            "version": VERSION,
            "value": None if math.isnan(value) else float(f"{value:.3g}"),
        }
        for name, value in features.items()
    ]
