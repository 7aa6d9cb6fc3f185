"""Columns of numbers with a unit, such as "74 bhp" or "$1,200.50"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import Kind
from autoskl.tables.distinct import factorize
from autoskl.tables.numeric import NumberReader, is_missing, to_number
from autoskl.tables.reader import MIN_PARSED_SHARE
from autoskl.tables.repairs import Repair

MIN_UNIT_SHARE = 0.95
"""Share of the non-missing rows that must have the same unit."""

MIN_DISTINCT_NUMBERS = 8
"""Columns with fewer distinct numbers are better treated as categorical."""

DECIMAL_MARKS = (".", ",")
"""Possible decimal marks; the other one may separate thousands."""

_CURRENCY = "$€£¥₹"
_CODES = r"(?:USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|BRL|Rs\.?|R\$|US\$)(?=[\s\d.+-])"
_SEPARATORS = ",'\u2019\u00a0\u2009\u202f "
"""Possible thousands separators if the decimal mark is "."."""

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
"""A number and a unit.

No other letter may precede the number and no digit may follow it, which excludes codes, dates,
versions and telephone numbers.
"""
_WITHOUT_SEPARATORS = str.maketrans("", "", _SEPARATORS)
_SWAP_MARKS = str.maketrans(",.", ".,")
_IN_PARENTHESES = re.compile(r"\(([^-+()\u2212]+)\)")
"""Negative numbers in accounting notation."""


@dataclass(frozen=True, slots=True)
class UnitReader:
    """Reads numbers with any unit.

    Attributes
    ----------
    decimal : {".", ","}
        The decimal mark.
    """

    decimal: str = "."
    kind: ClassVar[Kind] = Kind.NUMERIC
    n_levels: ClassVar[int] = 0

    def read(self, values: Any) -> NDArray[np.float64]:
        """Return the numbers of a pandas Series, NaN for other values."""
        if values.dtype.kind in "biuf":
            return NumberReader().read(values)
        codes, uniques = factorize(values)
        numbers = (
            parse_measurement(v, self.decimal)[0] if isinstance(v, str) else to_number(v)
            for v in uniques
        )
        return np.array([*numbers, nan], dtype=np.float64)[codes]


def parse_measurement(text: str, decimal: str = ".") -> tuple[float, str]:
    """Return the number and the unit of a text, NaN and "" if it is not a measurement.

    Parameters
    ----------
    text : str
        An optional currency, a number, and an optional unit of at most 12 letters or signs. Commas,
        spaces and apostrophes may separate thousands; parentheses mean a negative number.
    decimal : {".", ","}, default="."
        The decimal mark. If it is a comma, dots may separate thousands.

    Returns
    -------
    number : float
    unit : str
        In lower case, preceded by the currency; empty if there is none.

    Examples
    --------
    >>> from autoskl.tables.units import parse_measurement
    >>> parse_measurement("74 bhp"), parse_measurement("$1,200.50"), parse_measurement("A12")
    ((74.0, 'bhp'), (1200.5, '$'), (nan, ''))
    """
    text = text.strip() if decimal == "." else text.strip().translate(_SWAP_MARKS)
    inside = _IN_PARENTHESES.fullmatch(text)
    found = _MEASUREMENT.fullmatch(inside[1].strip() if inside else text)
    if found is None or (found["minus"] and found["inner"]):
        return nan, ""
    number = float(found["number"].translate(_WITHOUT_SEPARATORS))
    negative = bool(inside) or (found["minus"] or found["inner"]) in ("-", "\u2212")
    unit = (found["currency"] or "") + found["unit"]
    return -number if negative else number, unit.casefold()


def detect_measurements(
    texts: Sequence[str], counts: Sequence[int], decimal: str = "."
) -> tuple[Repair, ...] | None:
    """Return the repairs needed to read strings as numbers with a unit, None if they are not.

    Nearly all values must be numbers, and nearly all of them must have the same unit, or none.

    Parameters
    ----------
    texts : sequence of str
        Distinct values of a column.
    counts : sequence of int
        Number of occurrences of each.
    decimal : {".", ","}, default="."
        The decimal mark.
    """
    numbers: set[float] = set()
    units: Counter[str] = Counter()
    n_placeholders = n_unparsed = n_present = 0
    max_unparsed = (1 - MIN_PARSED_SHARE) * len(texts)
    for text, count in zip(texts, counts, strict=True):
        if is_missing(text):
            n_placeholders += 1
            continue
        n_present += count
        number, unit = parse_measurement(text, decimal)
        if not isnan(number):
            numbers.add(number)
            units[unit] += count
            continue
        n_unparsed += 1
        if n_unparsed > max_unparsed:  # reached early in most string columns
            return None
    if (
        len(numbers) < MIN_DISTINCT_NUMBERS
        or n_unparsed > (1 - MIN_PARSED_SHARE) * (len(texts) - n_placeholders)
        or max(units.values()) < MIN_UNIT_SHARE * n_present
    ):
        return None
    placeholders = (Repair.PLACEHOLDERS,) * (n_placeholders > 0)
    return placeholders + (Repair.NOT_NUMERIC,) * (n_unparsed > 0)
