"""Columns of categories, read as codes; a category is known by its text in every container."""

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
from autoskl.tables.distinct import factorize, present_types, text_of
from autoskl.tables.numeric import number_of


@dataclass(frozen=True, slots=True)
class CategoryReader:
    """Codes 0, 1, ... of known categories; a category never seen before is missing.

    Attributes
    ----------
    levels : tuple of str
        Texts of the categories in the order of their codes.
    ordered : bool
        Whether the order means something.
    """

    levels: tuple[str, ...]
    ordered: bool = False
    _codes: dict[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        codes = {level: float(code) for code, level in enumerate(self.levels)}
        object.__setattr__(self, "_codes", codes)

    @property
    def kind(self) -> Kind:
        """Ordinal when the order means something."""
        return Kind.ORDINAL if self.ordered else Kind.CATEGORICAL

    @property
    def n_levels(self) -> int:
        """Number of known categories."""
        return len(self.levels)

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into codes, NaN where the category is missing or unknown."""
        rows, labels = read_labels(values)
        return np.array([*(self._codes.get(label, math.nan) for label in labels), math.nan])[rows]


def learn_categories(values: Any) -> CategoryReader:
    """Return the reader of a pandas Series, whose categories are those that occur.

    The codes follow the order of an ordered pandas dtype; else that of the numbers, if every
    category is one, or of the alphabet. So they depend neither on the rows' order nor on the
    container.
    """
    if getattr(values.dtype, "ordered", False) and hasattr(values, "cat"):
        return CategoryReader(tuple(dict.fromkeys(map(label_of, values.cat.categories))), True)
    rows, labels = read_labels(values)
    seen = np.unique(rows[rows >= 0])
    return CategoryReader(tuple(_in_order({labels[code] for code in seen})))


def read_labels(values: Any) -> tuple[NDArray[np.intp], list[str]]:
    """Return a number for each row, -1 where missing, and the category of each number.

    Two numbers may stand for the same category.
    """
    if hasattr(values, "cat"):
        return values.cat.codes.to_numpy(), [label_of(label) for label in values.cat.categories]
    if values.dtype.kind == "O" and len(present_types(values)) > 1:
        # True, 1 and 1.0 are equal for Python, but not the same category.
        values = _labelled(values)
    rows, uniques = factorize(values)
    return rows, [label_of(value) for value in uniques]


def _labelled(values: Any) -> Any:
    """Return objects as their labels; the type of text that `map` would give takes not all text."""
    import pandas as pd

    present = values.notna().to_numpy()
    labels = np.full(len(values), None, dtype=object)
    objects = values.to_numpy(dtype=object)[present]
    labels[present] = np.fromiter(map(label_of, objects), dtype=object, count=len(objects))
    return pd.Series(labels, dtype=object)


def label_of(value: Any) -> str:
    """Return the text of a category: the same for 1, 1.0 and "1", whatever type holds it.

    Tables come in single precision, too: what that holds exactly is the shortest decimal that it
    cannot tell from it, so that 0.1 is "0.1" in single precision and back in double.

    Examples
    --------
    >>> from autoskl.tables.categories import label_of
    >>> label_of(1.0), label_of("a"), label_of(True), label_of(b"a")
    ('1', 'a', 'True', 'a')
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    if isinstance(value, np.datetime64 | np.timedelta64):  # equal ones may differ in their units
        return str(value.astype(f"{value.dtype.kind}8[us]").item())
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite() and value != int(value):
        text = repr(float(value))
        return text if Decimal(text) == value else str(value)
    if isinstance(value, Real | Decimal) and math.isfinite(number := number_of(value)):
        return str(int(number)) if number.is_integer() else _decimal(number)
    return text_of(value)


def _decimal(number: float) -> str:
    single = np.float32(number)
    return repr(float(str(single)) if float(single) == number else number)


def _in_order(labels: Iterable[str]) -> list[str]:
    labels = sorted(labels)
    try:
        numbers = {label: float(label) for label in labels}
    except ValueError:
        return labels
    if not all(map(math.isfinite, numbers.values())):
        return labels
    return sorted(labels, key=numbers.__getitem__)
