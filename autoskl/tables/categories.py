"""Categorical columns as integer codes; the text of a category identifies it in any container."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize, present_types, stable_text
from autoskl.tables.numeric import to_number


@dataclass(frozen=True, slots=True)
class CategoryReader:
    """Reads categories as codes 0, 1, ...; unknown categories become missing.

    Attributes
    ----------
    levels : tuple of str
        Texts of the categories in the order of their codes.
    ordered : bool
        Whether the order is meaningful.
    """

    levels: tuple[str, ...]
    ordered: bool = False
    _codes: dict[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        codes = {level: float(code) for code, level in enumerate(self.levels)}
        object.__setattr__(self, "_codes", codes)

    @property
    def kind(self) -> Kind:
        """Ordinal if the order is meaningful, else categorical."""
        return Kind.ORDINAL if self.ordered else Kind.CATEGORICAL

    @property
    def n_levels(self) -> int:
        """Number of known categories."""
        return len(self.levels)

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the codes of a pandas Series, NaN where the category is missing or unknown."""
        rows, labels = read_labels(values)
        return np.array([*(self._codes.get(label, math.nan) for label in labels), math.nan])[rows]


def learn_categories(values: Any) -> CategoryReader:
    """Return a reader for the categories that occur in a pandas Series.

    Codes follow the order of an ordered pandas dtype; otherwise numerical order if all categories
    are numbers, else alphabetical order. They depend neither on the order of the rows nor on the
    container.
    """
    if getattr(values.dtype, "ordered", False) and hasattr(values, "cat"):
        return CategoryReader(
            tuple(dict.fromkeys(map(category_label, values.cat.categories))), True
        )
    rows, labels = read_labels(values)
    seen = np.unique(rows[rows >= 0])
    return CategoryReader(tuple(_sort_labels({labels[code] for code in seen})))


def read_labels(values: Any) -> tuple[NDArray[np.intp], list[str]]:
    """Return a code for each row, -1 where missing, and the category of each code.

    Two codes may stand for the same category.
    """
    if hasattr(values, "cat"):
        return values.cat.codes.to_numpy(), [
            category_label(label) for label in values.cat.categories
        ]
    if values.dtype.kind == "O" and len(present_types(values)) > 1:
        # In Python, True, 1 and 1.0 are equal, but they are not the same category.
        values = _as_labels(values)
    rows, uniques = factorize(values)
    return rows, [category_label(value) for value in uniques]


def _as_labels(values: Any) -> Any:
    """Return the labels of objects as objects: the string dtype of `Series.map` rejects some."""
    import pandas as pd

    present = values.notna().to_numpy()
    labels = np.full(len(values), None, dtype=object)
    objects = values.to_numpy(dtype=object)[present]
    labels[present] = np.fromiter(map(category_label, objects), dtype=object, count=len(objects))
    return pd.Series(labels, dtype=object)


def category_label(value: Any) -> str:
    """Return the text that identifies a category: the same for 1, 1.0 and "1" in any type.

    A date, its midnight and its text in ISO 8601 are the same category, and so are equal lists,
    arrays or dicts (see `stable_text`).
    A number that float32 holds exactly is written as the shortest decimal that rounds to it in
    float32, so that 0.1 is "0.1" in float64, in float32, and cast from float32 to float64.

    Examples
    --------
    >>> from autoskl.tables.categories import category_label
    >>> category_label(1.0), category_label("a"), category_label(True), category_label(b"a")
    ('1', 'a', 'True', 'a')
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    if isinstance(value, np.datetime64 | np.timedelta64):  # equal values may differ in unit
        return stable_text(value)
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite() and value != int(value):
        text = repr(float(value))
        return text if Decimal(text) == value else str(value)
    if isinstance(value, Real | Decimal) and math.isfinite(number := to_number(value)):
        return str(int(number)) if number.is_integer() else _shortest_decimal(number)
    return stable_text(value)


def _shortest_decimal(number: float) -> str:
    single = np.float32(number)
    return repr(float(str(single)) if float(single) == number else number)


def _sort_labels(labels: Iterable[str]) -> list[str]:
    labels = sorted(labels)
    try:
        numbers = {label: float(label) for label in labels}
    except ValueError:
        return labels
    if not all(map(math.isfinite, numbers.values())):
        return labels
    return sorted(labels, key=numbers.__getitem__)
