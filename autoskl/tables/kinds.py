"""Deciding, once, how the values of a raw column are to be read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from numbers import Integral, Number
from typing import Any

import numpy as np

from autoskl.tables.categories import learn_categories
from autoskl.tables.distinct import factorize, present_types
from autoskl.tables.numeric import BooleanReader, NumberReader, spells_numbers
from autoskl.tables.reader import Reader
from autoskl.tables.repairs import Repair
from autoskl.tables.texts import TextReader, spells_sentences
from autoskl.tables.times import DurationReader, MomentReader, spells_durations, spells_moments
from autoskl.tables.units import UnitReader, spells_measurements

# Codes in which nearly every row differs say nothing of other rows; fewer rows cannot tell.
IDENTIFIER_SHARE = 0.95
IDENTIFIER_ROWS = 20

EXACT = 2**53
"""Whole numbers beyond this are not exact in float64; counts and amounts do not get there."""

_BOOLEAN = (bool, np.bool_)
_NUMBER = (Number, np.number, np.bool_)
_COMPLEX = (complex, np.complexfloating)
_MOMENT = (datetime.date, np.datetime64)
_DURATION = (datetime.timedelta, np.timedelta64, datetime.time)


@dataclass(frozen=True, slots=True)
class Choice:
    """How a column will be read (None: not at all), and what was wrong with it."""

    reader: Reader | None
    repairs: tuple[Repair, ...] = ()


def choose_reader(values: Any, *, categorical: bool = False, strict: bool = False) -> Choice:
    """Decide how a column is read, from all of its values but not from their order.

    Parameters
    ----------
    values : Series
        The training column.
    categorical : bool, default=False
        The user says that it holds categories.
    strict : bool, default=False
        Refuse dicts, lists and the like instead of reading their text, as scikit-learn does for
        arrays.

    Raises
    ------
    ValueError
        For complex numbers.
    TypeError
        For dicts, lists and the like in a strict table.
    """
    kind = values.dtype.kind
    if kind == "c":
        raise _complex_error(values)
    if categorical or hasattr(values, "cat"):
        return Choice(learn_categories(values))
    if getattr(values.dtype, "type", None) is str:
        return _choose_for_text(values)
    if kind in "iu" and _are_keys(values):
        return Choice(None, (Repair.IDENTIFIER,))
    readers: dict[str, Reader] = {
        **dict.fromkeys("iuf", NumberReader()),
        "b": BooleanReader(),
        "M": MomentReader(),
        "m": DurationReader(),
    }
    return Choice(readers[kind]) if kind in readers else _choose_for_objects(values, strict)


def _choose_for_objects(values: Any, strict: bool) -> Choice:
    types = present_types(values)
    if not types:
        return Choice(NumberReader())
    if _all_are(types, (str,)):
        return _choose_for_text(values)
    if any(issubclass(each, _COMPLEX) for each in types):
        raise _complex_error(values)
    if _all_are(types, _BOOLEAN):
        return Choice(BooleanReader())
    # numpy counts durations among the integers.
    if _all_are(types, _DURATION):
        return Choice(DurationReader())
    if _all_are(types, _MOMENT) or all(hasattr(each, "to_timestamp") for each in types):
        return Choice(MomentReader())
    if _all_are(types, (Integral, np.integer)) and _are_keys(values):
        return Choice(None, (Repair.IDENTIFIER,))
    if _all_are(types, _NUMBER):
        return Choice(NumberReader())
    nested = sorted(each.__name__ for each in types if each.__hash__ is None)
    if nested and strict:
        raise TypeError(
            f"An entry of X is no value: the argument must be a string or a real number, "
            f"not '{nested[0]}'. Spread what it holds over columns, or pass its text."
        )
    repairs = [Repair.NESTED] if nested else [Repair.MIXED] * (len(types) > 1)
    return _choose_categories(values, len(factorize(values)[1]), *repairs)


def _choose_for_text(values: Any) -> Choice:
    codes, texts = factorize(values)
    numbers, words = spells_numbers(texts)
    if numbers:
        return Choice(NumberReader(), (Repair.WORDS,) if words else ())
    form, words = spells_moments(texts)
    if form is not None:
        return Choice(MomentReader(form), (Repair.WORDS,) if words else ())
    durations, words = spells_durations(texts)
    if durations:
        return Choice(DurationReader(), (Repair.WORDS,) if words else ())
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
    measurements, words, strays = spells_measurements(texts, counts)
    if measurements:
        return Choice(UnitReader(), (Repair.WORDS,) * words + (Repair.STRAYS,) * strays)
    if spells_sentences(texts, counts):
        return Choice(TextReader())
    return _choose_categories(values, len(texts))


def _are_keys(values: Any) -> bool:
    """Whether whole numbers are too large to measure anything and differ in nearly every row."""
    numbers = values.dropna()
    beyond = len(numbers) and max(abs(int(numbers.max())), abs(int(numbers.min()))) > EXACT
    return bool(beyond) and _differs(int(numbers.nunique()), len(numbers))


def _differs(n_distinct: int, n_present: int) -> bool:
    return n_present >= IDENTIFIER_ROWS and n_distinct >= IDENTIFIER_SHARE * n_present


def _choose_categories(values: Any, n_distinct: int, *repairs: Repair) -> Choice:
    if _differs(n_distinct, int(values.notna().sum())):
        return Choice(None, (Repair.IDENTIFIER,))
    return Choice(learn_categories(values), repairs)


def _all_are(types: frozenset[type], expected: tuple[type, ...]) -> bool:
    return all(issubclass(each, expected) for each in types)


def _complex_error(values: Any) -> ValueError:
    return ValueError(f"Complex data not supported\n{values}\n")
