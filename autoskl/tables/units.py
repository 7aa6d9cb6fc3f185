"""Columns of text that hold numbers with a unit, such as "74 bhp" or "$1,200.50"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import NumberReader, is_missing, number_of
from autoskl.tables.reader import NEARLY_ALL

# Of the rows that have a value, so many must be in one and the same unit ...
UNIT_SHARE = 0.95
# ... and so many numbers must differ: fewer are better told apart than measured.
LEAST_NUMBERS = 8

DECIMAL_MARKS = (".", ",")
"""Before the decimals of a number; the other one may separate thousands."""

_CURRENCY = "$€£¥₹"
_CODES = r"(?:USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|BRL|Rs\.?|R\$|US\$)(?=[\s\d.+-])"
_SEPARATORS = ",'\u2019\u00a0\u2009\u202f "
"""What may separate thousands, where "." is before the decimals."""

# Another letter may not come before the number, nor a digit after it: codes, dates, versions and
# telephone numbers are no measurements.
_MEASUREMENT = re.compile(
    rf"""
    (?: (?P<minus>[-+\u2212]) \s* )? (?: (?P<currency>[{_CURRENCY}]|{_CODES}) \s* )?
    (?P<inner>[-+\u2212]?)
    (?P<number>
        (?: [0-9]{{1,3}} (?P<between>[{_SEPARATORS}]) [0-9]{{3}} (?: (?P=between) [0-9]{{3}} )*
          | [0-9]+ )
        (?:\.[0-9]*)? (?:e[-+]?[0-9]+)?
        | \.[0-9]+ (?:e[-+]?[0-9]+)?
    )
    \s* (?P<unit> (?: [^\W\d_] | [%‰°²³'"\u2019\u201d\u2032\u2033/{_CURRENCY}] ){{0,12}} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN = str.maketrans("", "", _SEPARATORS)
_SWAPPED = str.maketrans(",.", ".,")
_IN_PARENTHESES = re.compile(r"\(([^-+()\u2212]+)\)")
"""As accountants write numbers below zero."""


@dataclass(frozen=True, slots=True)
class UnitReader:
    """The numbers of text, whatever unit follows them; NaN for text that is none.

    Attributes
    ----------
    mark : {".", ","}
        Before the decimals.
    """

    mark: str = "."
    kind: Kind = Kind.NUMERIC
    n_levels: int = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Turn a pandas Series into numbers, NaN where there is none."""
        if values.dtype.kind in "biuf":
            return NumberReader().read(values)
        codes, uniques = factorize(values)
        numbers = (
            measure(v, self.mark)[0] if isinstance(v, str) else number_of(v) for v in uniques
        )
        return np.array([*numbers, nan], dtype=np.float64)[codes]


def measure(text: str, mark: str = ".") -> tuple[float, str]:
    """Return the number that a text begins with and its unit, or NaN and "" when it is none.

    Parameters
    ----------
    text : str
        An optional currency, a number, and an optional unit of at most 12 letters or signs. Commas,
        spaces and apostrophes may separate thousands; parentheses stand for a minus.
    mark : {".", ","}, default="."
        Before the decimals; with a comma there, dots may separate thousands.

    Returns
    -------
    number : float
    unit : str
        In lower case, a currency sign before it; empty where there is none.

    Examples
    --------
    >>> from autoskl.tables.units import measure
    >>> measure("74 bhp"), measure("$1,200.50"), measure("45%"), measure("A12")
    ((74.0, 'bhp'), (1200.5, '$'), (45.0, '%'), (nan, ''))
    """
    told = text.strip() if mark == "." else text.strip().translate(_SWAPPED)
    inside = _IN_PARENTHESES.fullmatch(told)
    found = _MEASUREMENT.fullmatch(inside[1].strip() if inside else told)
    if found is None or (found["minus"] and found["inner"]):
        return nan, ""
    number = float(found["number"].translate(_PLAIN))
    negative = bool(inside) or (found["minus"] or found["inner"]) in ("-", "\u2212")
    unit = (found["currency"] or "") + found["unit"]
    return -number if negative else number, unit.casefold()


def spells_measurements(
    texts: Sequence[str], counts: Sequence[int], mark: str = "."
) -> tuple[bool, bool, bool]:
    """Return whether text holds numbers with one unit, and what else it holds.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.
    counts : sequence of int
        How often each occurs.
    mark : {".", ","}, default="."
        Before the decimals.

    Returns
    -------
    measurements : bool
        Nearly all values are numbers, nearly all of them in one unit (which may be none).
    words : bool
        Words for "missing" occur besides.
    strays : bool
        Other text that is no number occurs besides.
    """
    numbers: set[float] = set()
    units: Counter[str] = Counter()
    n_words = n_strays = n_present = 0
    most_strays = (1 - NEARLY_ALL) * len(texts)
    for text, count in zip(texts, counts, strict=True):
        if is_missing(text):
            n_words += 1
            continue
        n_present += count
        number, unit = measure(text, mark)
        if not isnan(number):
            numbers.add(number)
            units[unit] += count
            continue
        n_strays += 1
        if n_strays > most_strays:  # most columns of text end here, soon
            return False, False, False
    if (
        len(numbers) < LEAST_NUMBERS
        or n_strays > (1 - NEARLY_ALL) * (len(texts) - n_words)
        or max(units.values()) < UNIT_SHARE * n_present
    ):
        return False, False, False
    return True, n_words > 0, n_strays > 0
