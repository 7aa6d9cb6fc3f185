"""Columns of numbers and of booleans, in any storage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.repairs import Repair

PLACEHOLDERS = frozenset(
    {"", "?", "-", "na", "n/a", "nan", "none", "null", "<na>", "nat"}
    | {"0000-00-00", "0000-00-00 00:00:00"}  # zero dates of databases
)
"""Lower-case words for a missing value in columns of numbers, dates or times."""


def is_missing(text: str) -> bool:
    """Whether a string stands for a missing value."""
    return text.strip().lower() in PLACEHOLDERS


_BOOLEANS = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Reads numbers; strings are parsed."""

    kind: ClassVar[Kind] = Kind.NUMERIC
    n_levels: ClassVar[int] = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the numbers of a pandas Series, NaN for other values."""
        dtype = values.dtype
        if dtype.kind in "mM":
            return np.full(len(values), np.nan)
        if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
            return np.asarray(values.to_numpy(), dtype=np.float64)
        if dtype.kind in "biuf":
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        codes, uniques = factorize(values)
        return np.array([*map(to_number, uniques), nan], dtype=np.float64)[codes]


@dataclass(frozen=True, slots=True)
class BooleanReader:
    """Reads false and true as 0 and 1."""

    kind: ClassVar[Kind] = Kind.BOOLEAN
    n_levels: ClassVar[int] = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the booleans of a pandas Series as 0 and 1, NaN for other values."""
        if values.dtype.kind == "b":
            return NumberReader().read(values)
        codes, uniques = factorize(values)
        numbers = [_BOOLEANS.get(str(value).strip().lower(), nan) for value in uniques]
        return np.array([*numbers, nan])[codes]


def parse_number(text: str) -> float:
    """Parse a number, NaN if the text is not one.

    Examples
    --------
    >>> from autoskl.tables.numeric import parse_number
    >>> parse_number(" 3.5 "), parse_number("3_5")
    (3.5, nan)
    """
    if "_" in text:  # accepted by Python as a separator, but not used in tables
        return nan
    try:
        return float(text)
    except ValueError:
        return nan


def detect_numbers(texts: Iterable[str]) -> tuple[Repair, ...] | None:
    """Return the repairs needed to read strings as numbers, None if they are not numbers.

    They are if at least one of them is a number and the others are placeholders for missing values.
    """
    any_number = any_placeholder = False
    for text in texts:
        if not isnan(parse_number(text)):
            any_number = True
        elif is_missing(text):
            any_placeholder = True
        else:
            return None
    if not any_number:
        return None
    return (Repair.PLACEHOLDERS,) if any_placeholder else ()


_NOT_REAL = (np.datetime64, np.timedelta64, np.complexfloating)
"""Types that `float` accepts, though it drops their unit or their imaginary part."""


def to_number(value: Any) -> float:
    """Return a value of any type as a float, NaN if it is not a real number."""
    if isinstance(value, str):
        return parse_number(value)
    if isinstance(value, _NOT_REAL):
        return nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return nan
    except OverflowError:  # an integer out of the range of float64
        return float("inf") if value > 0 else -float("inf")
