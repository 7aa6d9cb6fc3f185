"""The distinct values of a column of any Python objects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def present_types(values: Any) -> frozenset[type]:
    """Return the Python types of the values that are not missing.

    Parameters
    ----------
    values : Series
        Usually of dtype object.
    """
    objects = values.to_numpy(dtype=object)
    return frozenset(map(type, objects[values.notna().to_numpy()]))


def factorize(values: Any) -> tuple[NDArray[np.intp], list[Any]]:
    """Return a code for each row, -1 where missing, and the value that each code stands for.

    Values that cannot be hashed, such as lists, are taken by their text. Values that Python holds
    for equal, such as 1 and True, share a code.

    Parameters
    ----------
    values : Series
    """
    try:
        codes, uniques = values.factorize()
    except TypeError:
        texts = [str(value) if type(value).__hash__ is None else value for value in values]
        codes, uniques = type(values)(texts, dtype=object).factorize()
    return codes, np.asarray(uniques, dtype=object).tolist()
