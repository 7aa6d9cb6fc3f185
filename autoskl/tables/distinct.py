"""Distinct values and types of columns that hold arbitrary Python objects."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MIDNIGHT = " 00:00:00"
_OF_STABLE_TEXT = (list, tuple, dict, set, frozenset, date)
_NO_VALUE = "None"
_MISSING = frozenset({"None", "nan", "<NA>", "NaT"})
"""Texts of missing values of any library; strings within lists and the like are quoted."""


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
    """Return a text that equal values share, whatever process or library made them.

    In lists, tuples, arrays and dicts, numbers and missing values are written alike in any type.
    Sets and the keys of dicts are sorted, and keys without a value are left out, since libraries
    that store dicts as structs add them. A time at midnight has the text of its date. Other values
    have the text of `str`.

    Examples
    --------
    >>> import numpy as np
    >>> from autoskl.tables.distinct import stable_text
    >>> stable_text({"b", "a"}), stable_text([1, None]), stable_text(np.array([1.0, np.nan]))
    ("{'a', 'b'}", '[1, None]', '[1, None]')
    """
    value = to_python(value)
    if type(value) is list:
        return f"[{', '.join(map(_text_within, value))}]"
    if type(value) is tuple:
        return f"({', '.join(map(_text_within, value))})"
    if type(value) is dict:
        present = (
            f"{_text_within(key)}: {text}"
            for key, entry in value.items()
            if (text := _text_within(entry)) != _NO_VALUE
        )
        return f"{{{', '.join(sorted(present))}}}"
    if isinstance(value, set | frozenset) and value:
        return f"{{{', '.join(sorted(map(_text_within, value)))}}}"
    return str(value).removesuffix(_MIDNIGHT) if isinstance(value, date) else str(value)


def _text_within(value: Any) -> str:
    """Return the text of a value in a list, dict or the like, where strings are quoted."""
    value = to_python(value)
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value
    text = stable_text(value) if isinstance(value, _OF_STABLE_TEXT) else repr(value)
    return _NO_VALUE if text in _MISSING else text


def to_python(value: Any) -> Any:
    """Return an array or scalar of numpy as objects of Python, other values unchanged.

    Parameters
    ----------
    value : object
        Moments and lengths of time are rounded down to microseconds.
    """
    if not isinstance(value, np.ndarray | np.generic):
        return value
    kind = value.dtype.kind
    # Objects of Python do not have all units of time.
    return (value.astype(f"{kind}8[us]") if kind in "mM" else value).tolist()


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
