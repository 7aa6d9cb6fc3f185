"""Columns of numbers and of truth values, whatever they are stored as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize

MISSING_WORDS = frozenset(
    {"", "?", "-", "na", "n/a", "nan", "none", "null", "<na>", "nat"}
    | {"0000-00-00", "0000-00-00 00:00:00"}  # of databases
)
"""What people write for "no value" among numbers and dates (compared in lower case)."""


def is_missing(text: str) -> bool:
    """Whether a text says that there is no value."""
    return text.strip().lower() in MISSING_WORDS


_TRUTH = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Numbers as they are; text is parsed."""

    kind: Kind = Kind.NUMERIC
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into numbers, NaN where there is none."""
        dtype = values.dtype
        if dtype.kind in "mM":
            return np.full(len(values), np.nan)
        if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
            return np.asarray(values.to_numpy(), dtype=np.float64)
        if dtype.kind in "biuf":
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        codes, uniques = factorize(values)
        return np.array([*map(number_of, uniques), nan], dtype=np.float64)[codes]


@dataclass(frozen=True, slots=True)
class BooleanReader:
    """False and true as 0 and 1."""

    kind: Kind = Kind.BOOLEAN
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into 0 and 1, NaN where it holds neither."""
        if values.dtype.kind == "b":
            return NumberReader().read(values)
        codes, uniques = factorize(values)
        truths = [_TRUTH.get(str(value).strip().lower(), nan) for value in uniques]
        return np.array([*truths, nan])[codes]


def number_from_text(text: str) -> float:
    """Return the number that a text spells, NaN when it spells none.

    Examples
    --------
    >>> from autoskl.tables.numeric import number_from_text
    >>> number_from_text(" 3.5 "), number_from_text("3_5")
    (3.5, nan)
    """
    if "_" in text:  # Python's own separator, which no table uses
        return nan
    try:
        return float(text)
    except ValueError:
        return nan


def spells_numbers(texts: Iterable[str]) -> tuple[bool, bool]:
    """Return whether every text is a number or a word for "missing", and whether such words occur.

    At least one must be a number.
    """
    any_number = any_word = False
    for text in texts:
        if not isnan(number_from_text(text)):
            any_number = True
        elif is_missing(text):
            any_word = True
        else:
            return False, False
    return any_number, any_number and any_word


_NO_NUMBERS = (np.datetime64, np.timedelta64, np.complexfloating)
"""numpy would make numbers of these: in a unit that is not told, or without what is imaginary."""


def number_of(value: Any) -> float:
    """Return a value of any type as a number, NaN when it is none; never fails."""
    if isinstance(value, str):
        return number_from_text(value)
    if isinstance(value, _NO_NUMBERS):
        return nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return nan
    except OverflowError:  # an integer beyond float64
        return float("inf") if value > 0 else -float("inf")
