"""What float32 and float64 hold exactly, and whether float32 is precise enough for a column."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT32_MAX = float(np.finfo(np.float32).max)
"""Larger numbers count as infinite, since many models compute in float32."""

MAX_EXACT_INTEGER = 2**53
"""Larger integers are not exact in float64; counts and amounts do not reach them."""

SAMPLE_SIZE = 100_000
"""Approximate number of values of which the distinct ones are counted."""

MAX_MERGED_SHARE = 0.01
"""Share of the distinct measured values that float32 may merge."""

_GOLDEN_RATIO = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio, the multiplier of Fibonacci hashing."""


def is_infinite(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return a mask of the numbers outside the range of float32; NaN is not among them.

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
    return np.asarray((values > FLOAT32_MAX) | (values < -FLOAT32_MAX))


def is_usable(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return a mask of the numbers that are neither NaN nor infinite in float32."""
    return np.asarray(~(np.isnan(values) | is_infinite(values)))


def needs_float64(values: NDArray[Any]) -> bool:
    """Return whether float32 would merge distinct values of a column.

    Whole numbers (counts, identifiers, seconds) must all stay distinct. Measured values may merge
    by chance: a million draws from a continuous distribution contain some pairs that are equal in
    float32, which does not affect any model. So up to 1 % of a sample of their distinct values may
    merge.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Numbers; NaN and infinite values are ignored.

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
    min_share = 1.0 if whole else 1.0 - MAX_MERGED_SHARE
    finite = finite if whole else _sample(finite.astype(np.float64, copy=False))
    with np.errstate(over="ignore"):
        remaining = _count_distinct(np.sort(finite.astype(np.float32)))
    # The total number bounds the number of distinct values and usually avoids the second sort.
    return remaining < min_share * len(finite) and (
        remaining < min_share * _count_distinct(np.sort(finite))
    )


def _sample(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sample about `SAMPLE_SIZE` values by their hash, so that the order of rows is irrelevant."""
    if len(values) <= 2 * SAMPLE_SIZE:
        return values
    hashes = np.ascontiguousarray(values).view(np.uint64) * _GOLDEN_RATIO
    chosen = values[hashes < np.uint64(SAMPLE_SIZE / len(values) * 2**64)]
    return chosen if len(chosen) else values


def _count_distinct(ascending: NDArray[Any]) -> int:
    return 1 + int(np.count_nonzero(ascending[1:] > ascending[:-1]))
