"""Meta-features as rows of a store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autoskl.metalearning.metafeatures.extraction import VERSION


def feature_rows(task: str, features: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return meta-features with three digits: enough to compare tables, too few to tell a value.

    Parameters
    ----------
    task : str
        Its key.
    features : mapping of str to float
        NaN where one makes no sense.
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
