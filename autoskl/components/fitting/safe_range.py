"""Limits numbers to a range that is safe in single precision, however far new rows lie out."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

SAFE_MAGNITUDE = 1e30
"""Maximum absolute value. Forests, XGBoost and networks compute in single precision, whose maximum
is 3.4e38; below this limit, sums and products with weights do not overflow."""


def in_range(X: Any, *, undefined: float = np.nan) -> Any:
    """Clip numbers to ±`SAFE_MAGNITUDE`; X itself is returned if they are in range.

    Parameters
    ----------
    X : array or sparse array of float
    undefined : float, default=nan
        Replacement for NaN, which can arise as inf - inf or 0 * inf even without missing values.
    """
    values = X.data if sparse.issparse(X) else X
    # Copy only if something is out of range or NaN, for which this comparison is False.
    if not values.size or max(values.max(), -values.min()) <= SAFE_MAGNITUDE:
        return X
    values = np.clip(values, -SAFE_MAGNITUDE, SAFE_MAGNITUDE)
    if not np.isnan(undefined):
        values = np.nan_to_num(values, nan=undefined, copy=False)
    if not sparse.issparse(X):
        return values
    bounded = X.copy()
    bounded.data = values
    return bounded


def clip_in_place(X: Any) -> Any:
    """Clip the numbers of an array to ±`SAFE_MAGNITUDE` in place, and return it.

    One pass is faster than first checking whether it is needed; missing values are kept.

    Parameters
    ----------
    X : array or sparse array of float
    """
    values = X.data if sparse.issparse(X) else X
    np.clip(values, -SAFE_MAGNITUDE, SAFE_MAGNITUDE, out=values)
    return X


def ignore_overflow() -> np.errstate:
    """Return a context without floating-point warnings, for results that are clipped afterwards."""
    return np.errstate(over="ignore", invalid="ignore")
