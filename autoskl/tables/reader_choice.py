"""Chooses, when the encoder is fitted, how the values of a raw column are read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from numbers import Integral, Number
from typing import Any

import numpy as np

from autoskl.tables.categories import learn_categories
from autoskl.tables.distinct import factorize, present_types, unhashable_types
from autoskl.tables.numeric import BooleanReader, NumberReader, detect_numbers, is_missing
from autoskl.tables.precision import MAX_EXACT_INTEGER
from autoskl.tables.reader import Reader
from autoskl.tables.repairs import Repair
from autoskl.tables.texts import TextReader, looks_like_text
from autoskl.tables.times import (
    DatetimeReader,
    TimedeltaReader,
    detect_datetime_format,
    detect_timedeltas,
)
from autoskl.tables.units import DECIMAL_MARKS, UnitReader, detect_measurements

MIN_IDENTIFIER_SHARE = 0.95
"""Codes are identifiers, uninformative about other rows, if this share of them is distinct."""

MIN_IDENTIFIER_ROWS = 20
"""With fewer rows, identifiers cannot be recognised."""

_BOOLEAN = (bool, np.bool_)
_NUMBER = (Number, np.number, np.bool_)
_COMPLEX = (complex, np.complexfloating)
_DATETIME = (datetime.date, np.datetime64)
_TIMEDELTA = (datetime.timedelta, np.timedelta64, datetime.time)


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """The reader of a column, None if the column is dropped, and the repairs it needs."""

    reader: Reader | None
    repairs: tuple[Repair, ...] = ()


def choose_reader(values: Any, *, categorical: bool = False, strict: bool = False) -> ReaderChoice:
    """Choose the reader of a column from all of its values, independently of their order.

    Parameters
    ----------
    values : Series
        The training column.
    categorical : bool, default=False
        Whether the user declared it categorical.
    strict : bool, default=False
        Reject dicts, lists and the like, as scikit-learn does for arrays, instead of reading them
        as text.

    Raises
    ------
    ValueError
        If the column holds complex numbers.
    TypeError
        If the column holds dicts, lists and the like, and ``strict`` is set.
    """
    kind = values.dtype.kind
    if kind == "c":
        raise _complex_error(values)
    if categorical or hasattr(values, "cat"):
        return ReaderChoice(learn_categories(values))
    if getattr(values.dtype, "type", None) is str:
        return _choose_for_text(values)
    if kind in "iu" and _are_identifiers(values):
        return ReaderChoice(None, (Repair.IDENTIFIER,))
    readers: dict[str, Reader] = {
        **dict.fromkeys("iuf", NumberReader()),
        "b": BooleanReader(),
        "M": DatetimeReader(),
        "m": TimedeltaReader(),
    }
    return ReaderChoice(readers[kind]) if kind in readers else _choose_for_objects(values, strict)


def _choose_for_objects(values: Any, strict: bool) -> ReaderChoice:
    types = present_types(values)
    if not types:
        return ReaderChoice(NumberReader())
    if any(issubclass(each, _COMPLEX) for each in types):
        raise _complex_error(values)
    if _all_are(types, (str,)):
        return _choose_for_text(values)
    choice = _choose_for_one_type(values, types) or _choose_for_mixture(values, types)
    if choice is not None:
        return choice
    nested = sorted(each.__name__ for each in unhashable_types(values))
    if nested and strict:
        raise TypeError(
            "Invalid entry in X: the argument must be a string or a real number, not "
            f"'{nested[0]}'. Spread its contents over columns, or convert it to a string."
        )
    repairs = [Repair.NESTED] if nested else [Repair.MIXED] * (len(types) > 1)
    return _choose_categories(values, len(factorize(values)[1]), *repairs)


def _choose_for_one_type(values: Any, types: frozenset[type]) -> ReaderChoice | None:
    """Return the reader of booleans, timedeltas, datetimes or numbers; None for other types."""
    if _all_are(types, _BOOLEAN):
        return ReaderChoice(BooleanReader())
    # Before numbers, since np.timedelta64 is a subclass of np.signedinteger.
    if _all_are(types, _TIMEDELTA):
        return ReaderChoice(TimedeltaReader())
    if _all_are(types, _DATETIME) or all(hasattr(each, "start_time") for each in types):
        return ReaderChoice(DatetimeReader())
    if _all_are(types, (Integral, np.integer)) and _are_identifiers(values):
        return ReaderChoice(None, (Repair.IDENTIFIER,))
    return ReaderChoice(NumberReader()) if _all_are(types, _NUMBER) else None


def _choose_for_mixture(values: Any, types: frozenset[type]) -> ReaderChoice | None:
    """Return the reader of numbers, datetimes or timedeltas mixed with strings.

    The strings must represent values of the same type, or missing values, as after ``fillna("")``.
    None if they do not, and for booleans.
    """
    others = frozenset(each for each in types if not issubclass(each, str))
    if len(others) == len(types):
        return None
    codes, uniques = factorize(values)
    texts = [value for value in uniques if isinstance(value, str)]
    only_placeholders = all(map(is_missing, texts))
    if _all_are(others, _TIMEDELTA):
        if only_placeholders:
            return ReaderChoice(TimedeltaReader(), (Repair.PLACEHOLDERS,))
        return _choose_for_timedeltas(texts)
    if _all_are(others, _DATETIME):
        if only_placeholders:
            return ReaderChoice(DatetimeReader(), (Repair.PLACEHOLDERS,))
        return _choose_for_datetimes(texts)
    if _all_are(others, _NUMBER) and not any(issubclass(each, _BOOLEAN) for each in others):
        counts = np.bincount(codes[codes >= 0], minlength=len(uniques)).tolist()
        return _choose_for_numbers([str(value) for value in uniques], counts)
    return None


def _choose_for_datetimes(texts: list[str]) -> ReaderChoice | None:
    form, repairs = detect_datetime_format(texts)
    return None if form is None else ReaderChoice(DatetimeReader(form), repairs)


def _choose_for_timedeltas(texts: list[str]) -> ReaderChoice | None:
    repairs = detect_timedeltas(texts)
    return None if repairs is None else ReaderChoice(TimedeltaReader(), repairs)


def _choose_for_numbers(texts: list[str], counts: list[int]) -> ReaderChoice | None:
    """Return the reader of strings that are numbers, perhaps with a unit; None for others."""
    repairs = detect_numbers(texts)
    if repairs is not None:
        return ReaderChoice(NumberReader(), repairs)
    for decimal in DECIMAL_MARKS:
        repairs = detect_measurements(texts, counts, decimal)
        if repairs is not None:
            return ReaderChoice(UnitReader(decimal), repairs)
    return None


def _choose_for_text(values: Any) -> ReaderChoice:
    codes, texts = factorize(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
    choice = (
        _choose_for_datetimes(texts)
        or _choose_for_timedeltas(texts)
        or _choose_for_numbers(texts, counts)
    )
    if choice is not None:
        return choice
    if looks_like_text(texts, counts):
        return ReaderChoice(TextReader())
    return _choose_categories(values, len(texts))


def _are_identifiers(values: Any) -> bool:
    """Whether integers exceed `MAX_EXACT_INTEGER` and nearly all of them are distinct."""
    present = values.dropna()
    if not len(present):
        return False
    largest = max(abs(int(present.max())), abs(int(present.min())))
    return largest > MAX_EXACT_INTEGER and _nearly_all_distinct(
        int(present.nunique()), len(present)
    )


def _nearly_all_distinct(n_distinct: int, n_present: int) -> bool:
    return n_present >= MIN_IDENTIFIER_ROWS and n_distinct >= MIN_IDENTIFIER_SHARE * n_present


def _choose_categories(values: Any, n_distinct: int, *repairs: Repair) -> ReaderChoice:
    if _nearly_all_distinct(n_distinct, int(values.notna().sum())):
        return ReaderChoice(None, (Repair.IDENTIFIER,))
    return ReaderChoice(learn_categories(values), repairs)


def _all_are(types: frozenset[type], expected: tuple[type, ...]) -> bool:
    return all(issubclass(each, expected) for each in types)


def _complex_error(values: Any) -> ValueError:
    return ValueError(f"Complex data not supported\n{values}\n")
