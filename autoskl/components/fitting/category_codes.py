"""Category codes without NaN, which is missing: as numbers or as indices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def missing_as_minus_one(column: NDArray[Any]) -> NDArray[Any]:
    """Return the codes with -1 for missing ones."""
    return np.asarray(np.nan_to_num(column, nan=-1.0))


def codes_from_one(column: NDArray[Any]) -> NDArray[np.int64]:
    """Return the codes as integers from 1, with 0 for missing ones."""
    return missing_as_minus_one(column).astype(np.int64) + 1
