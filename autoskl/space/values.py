"""Plain values, compared by type: True differs from 1, but 1 equals 1.0."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable
from enum import Enum
from typing import Any

import numpy as np

from autoskl.core.configuration import Value

_BOOLEANS = (bool, np.bool_)


def plain(value: Any) -> Value:
    """Return a value that survives a round trip through JSON.

    Parameters
    ----------
    value : bool, int, float, str or None
        NumPy scalars and members of enumerations are converted to plain Python values.

    Raises
    ------
    TypeError
        For any other type.
    ValueError
        For NaN and infinity, which JSON cannot represent.
    """
    if isinstance(value, np.generic):
        value = value.item()
    elif isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if not isinstance(value, float):
        raise TypeError(
            f"A value of a hyperparameter must be a bool, int, float, str or None. Got {value!r}."
        )
    if not math.isfinite(value):
        raise ValueError(f"A value of a hyperparameter must be finite. Got {value!r}.")
    return value


def value_key(value: Value) -> Hashable:
    """Return a dictionary key that is the same for equal values.

    Examples
    --------
    >>> from autoskl.space.values import value_key
    >>> value_key(1) == value_key(1.0), value_key(1) == value_key(True)
    (True, False)
    """
    return (value.__class__ in _BOOLEANS, value)


def index_of(values: tuple[Value, ...], value: Value) -> int:
    """Return the index of a value in a tuple, -1 if absent."""
    try:
        i = values.index(value)
    except ValueError:
        return -1
    key = value_key(value)
    if value_key(values[i]) == key:
        return i
    # A boolean was confused with the number that Python considers equal to it.
    return next((i for i, other in enumerate(values) if value_key(other) == key), -1)


def as_tuple(values: Value | Collection[Value]) -> tuple[Value, ...]:
    """Return a single value, or several, as a tuple of plain values."""
    if isinstance(values, Collection) and not isinstance(values, str):
        return tuple(plain(value) for value in values)
    return (plain(values),)
