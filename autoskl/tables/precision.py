"""Whether single precision is enough for a column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST = float(np.finfo(np.float32).max)
"""Greater numbers are taken for infinite: many models compute in single precision."""

SAMPLE_VALUES = 100_000
TOLERATED_SHARE = 0.01
_GOLDEN_RATIO = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing


def is_infinite(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which numbers single precision cannot hold; NaN is none of them.

    Parameters
    ----------
    values : ndarray of any shape

    Examples
    --------
    >>> import numpy as np
    >>> from autoskl.tables.precision import is_infinite
    >>> is_infinite(np.array([1.0, np.nan, 1e300, -np.inf])).tolist()
    [False, False, True, True]
    """
    if values.dtype.itemsize <= 4:
        return np.asarray(np.isinf(values))
    return np.asarray((values > LARGEST) | (values < -LARGEST))


def is_usable(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which numbers are neither missing nor infinite."""
    return np.asarray(~(np.isnan(values) | is_infinite(values)))


def needs_float64(values: NDArray[Any]) -> bool:
    """Return whether float32 would merge distinct values of a column.

    Whole numbers (counts, identifiers, moments) may not merge at all. Measured values may by
    chance: a million draws of any continuous distribution hold some pairs that float32 cannot
    tell apart, which costs no model anything. So up to 1 % of a sample of their distinct values
    may merge.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Numbers; those that are not finite are left out.

    Examples
    --------
    >>> import numpy as np
    >>> from autoskl.tables.precision import needs_float64
    >>> needs_float64(np.array([0.1, 0.2])), needs_float64(np.array([1e9, 1e9 + 1]))
    (False, True)
    """
    if np.can_cast(values.dtype, np.float32, casting="safe"):
        return False
    usable = is_usable(values)
    finite = values if usable.all() else values[usable]
    with np.errstate(over="ignore"):
        single = finite.astype(np.float32)
    if np.array_equal(single, finite):
        return False
    whole = bool(np.all(finite == np.floor(finite)))
    tolerated = 1.0 if whole else 1.0 - TOLERATED_SHARE
    finite = finite if whole else _sample(finite.astype(np.float64, copy=False))
    with np.errstate(over="ignore"):
        remaining = _count_distinct(np.sort(finite.astype(np.float32)))
    # No more values are distinct than there are, which mostly decides without sorting them.
    return remaining < tolerated * len(finite) and (
        remaining < tolerated * _count_distinct(np.sort(finite))
    )


def _sample(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Choose about `SAMPLE_VALUES` by a hash of the value, so that the rows' order is ignored."""
    if len(values) <= 2 * SAMPLE_VALUES:
        return values
    hashes = np.ascontiguousarray(values).view(np.uint64) * _GOLDEN_RATIO
    chosen = values[hashes < np.uint64(SAMPLE_VALUES / len(values) * 2**64)]
    return chosen if len(chosen) else values


def _count_distinct(ascending: NDArray[Any]) -> int:
    return 1 + int(np.count_nonzero(ascending[1:] > ascending[:-1]))
