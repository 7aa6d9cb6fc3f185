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

    # numpy would give moments and durations as whole numbers, in units that tables differ in.
    is_numpy = isinstance(values.dtype, np.dtype) and values.dtype.kind not in "mM"
    array = values.to_numpy() if is_numpy else values.array
    try:
        codes, uniques = pd.factorize(array)
    except TypeError:
        codes, uniques = pd.factorize(_hashable(array))
    return codes, np.asarray(uniques, dtype=object).tolist()


def text_of(value: Any) -> str:
    """Return the text of a value, the same in every process: sets have no order of their own.

    Examples
    --------
    >>> from autoskl.tables.distinct import text_of
    >>> text_of({"b", "a"}), text_of([1, 2])
    ("{'a', 'b'}", '[1, 2]')
    """
    if isinstance(value, set | frozenset) and value:
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return str(value)


def unhashable_types(values: Any) -> frozenset[type]:
    """Return the Python types of values that cannot be hashed, such as lists and tuples of them.

    Parameters
    ----------
    values : Series
        Of dtype object.
    """
    return frozenset(type(value) for value in values.to_numpy(dtype=object) if not _has_hash(value))


def _hashable(objects: Any) -> NDArray[np.object_]:
    result = np.empty(len(objects), dtype=object)
    for place, value in enumerate(objects):
        result[place] = value if _has_hash(value) else text_of(value)
    return result


def _has_hash(value: Any) -> bool:
    """Whether a value can be hashed, which its type alone does not tell of a tuple."""
    try:
        hash(value)
    except TypeError:
        return False
    return True
