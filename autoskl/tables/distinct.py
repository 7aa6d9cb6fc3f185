"""Distinct values and types of columns that hold arbitrary Python objects."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def present_types(values: Any) -> frozenset[type]:
    """Return the Python types of the values that are not missing.

    Parameters
    ----------
    values : Series
        Usually of object dtype.
    """
    objects = values.to_numpy(dtype=object)
    return frozenset(map(type, objects[values.notna().to_numpy()]))


def factorize(values: Any) -> tuple[NDArray[np.intp], list[Any]]:
    """Return a code for each row, -1 where missing, and the value of each code.

    Unhashable values such as lists are replaced by their text. Values that compare equal, such as
    1 and True, share a code.

    Parameters
    ----------
    values : Series
    """
    import pandas as pd

    # numpy would return datetimes and timedeltas as integers in a unit that varies by table.
    is_numpy = isinstance(values.dtype, np.dtype) and values.dtype.kind not in "mM"
    array = values.to_numpy() if is_numpy else values.array
    try:
        codes, uniques = pd.factorize(array)
    except TypeError:
        codes, uniques = pd.factorize(_make_hashable(array))
    return codes, np.asarray(uniques, dtype=object).tolist()


def stable_text(value: Any) -> str:
    """Return `str` of a value, with sets sorted so that it is the same in every process.

    Examples
    --------
    >>> from autoskl.tables.distinct import stable_text
    >>> stable_text({"b", "a"}), stable_text([1, 2])
    ("{'a', 'b'}", '[1, 2]')
    """
    if isinstance(value, set | frozenset) and value:
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return str(value)


def unhashable_types(values: Any) -> frozenset[type]:
    """Return the Python types of unhashable values, such as lists and tuples that hold lists.

    Parameters
    ----------
    values : Series
        Of object dtype.
    """
    return frozenset(
        type(value) for value in values.to_numpy(dtype=object) if not _is_hashable(value)
    )


def _make_hashable(objects: Any) -> NDArray[np.object_]:
    result = np.empty(len(objects), dtype=object)
    for row, value in enumerate(objects):
        result[row] = value if _is_hashable(value) else stable_text(value)
    return result


def _is_hashable(value: Any) -> bool:
    """Whether a value can be hashed; for a tuple, its type alone does not tell."""
    try:
        hash(value)
    except TypeError:
        return False
    return True
