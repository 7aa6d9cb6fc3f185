"""Plain values, told apart by kind: True is not 1, but 1 is 1.0."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable
from enum import Enum
from typing import Any

import numpy as np

from autoskl.core.configuration import Value

_BOOLEANS = (bool, np.bool_)


def plain(value: Any) -> Value:
    """Return a value that JSON keeps as it is.

    Parameters
    ----------
    value : bool, int, float, str or None
        NumPy scalars and members of enumerations become the Python values that they stand for.

    Raises
    ------
    TypeError
        For anything else.
    ValueError
        For NaN and infinity, which equal nothing or cannot be written as JSON.
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


def identity(value: Value) -> Hashable:
    """Return what equal values share, for use as a key.

    Examples
    --------
    >>> from autoskl.space.values import identity
    >>> identity(1) == identity(1.0), identity(1) == identity(True)
    (True, False)
    """
    return (value.__class__ in _BOOLEANS, value)


def position(values: tuple[Value, ...], value: Value) -> int:
    """Return where a value stands in a tuple, -1 if it does not."""
    try:
        i = values.index(value)
    except ValueError:
        return -1
    wanted = identity(value)
    if identity(values[i]) == wanted:
        return i
    # A truth value met the number that Python takes to be equal to it.
    return next((i for i, known in enumerate(values) if identity(known) == wanted), -1)


def listed(values: Value | Collection[Value]) -> tuple[Value, ...]:
    """Return one value, or several, as a tuple of plain values."""
    if isinstance(values, Collection) and not isinstance(values, str):
        return tuple(plain(value) for value in values)
    return (plain(values),)
