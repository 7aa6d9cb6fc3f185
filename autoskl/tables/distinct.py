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
    import pandas as pd

    array = values.to_numpy() if isinstance(values.dtype, np.dtype) else values.array
    try:
        codes, uniques = pd.factorize(array)
    except TypeError:
        codes, uniques = pd.factorize(_hashable(array))
    return codes, np.asarray(uniques, dtype=object).tolist()


def _hashable(objects: Any) -> NDArray[np.object_]:
    result = np.empty(len(objects), dtype=object)
    for place, value in enumerate(objects):
        result[place] = str(value) if type(value).__hash__ is None else value
    return result
