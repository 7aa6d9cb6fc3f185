"""Deciding, once, how the values of a raw column are to be read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from numbers import Integral, Number
from typing import Any

import numpy as np

from autoskl.tables.categories import learn_categories
from autoskl.tables.distinct import factorize, present_types, unhashable_types
from autoskl.tables.numeric import BooleanReader, NumberReader, is_missing, spells_numbers
from autoskl.tables.reader import Reader
from autoskl.tables.repairs import Repair
from autoskl.tables.texts import TextReader, spells_sentences
from autoskl.tables.times import (
    ISO,
    DurationReader,
    MomentReader,
    spells_durations,
    spells_moments,
)
from autoskl.tables.units import DECIMAL_MARKS, UnitReader, spells_measurements

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
            f"An entry of X is no value: the argument must be a string or a real number, "
            f"not '{nested[0]}'. Spread what it holds over columns, or pass its text."
        )
    repairs = [Repair.NESTED] if nested else [Repair.MIXED] * (len(types) > 1)
    return _choose_categories(values, len(factorize(values)[1]), *repairs)


def _choose_for_one_type(values: Any, types: frozenset[type]) -> Choice | None:
    """Return how truth values, durations, moments or numbers are read; None for anything else."""
    if _all_are(types, _BOOLEAN):
        return Choice(BooleanReader())
    # numpy counts durations among the integers.
    if _all_are(types, _DURATION):
        return Choice(DurationReader())
    if _all_are(types, _MOMENT) or all(hasattr(each, "start_time") for each in types):
        return Choice(MomentReader())
    if _all_are(types, (Integral, np.integer)) and _are_keys(values):
        return Choice(None, (Repair.IDENTIFIER,))
    return Choice(NumberReader()) if _all_are(types, _NUMBER) else None


def _choose_for_mixture(values: Any, types: frozenset[type]) -> Choice | None:
    """Return how numbers, moments or durations with some text among them are read.

    Text may spell what the others are, or that they are missing, as after ``fillna("")``. None
    where it says something else, and for truth values.
    """
    others = frozenset(each for each in types if not issubclass(each, str))
    if len(others) == len(types):
        return None
    codes, uniques = factorize(values)
    texts = [value for value in uniques if isinstance(value, str)]
    spelled, words = [text for text in texts if not is_missing(text)], (Repair.WORDS,)
    if _all_are(others, _DURATION):
        durations, repairs = spells_durations(texts) if spelled else (True, words)
        return Choice(DurationReader(), repairs) if durations else None
    if _all_are(others, _MOMENT):
        form, repairs = spells_moments(texts) if spelled else (ISO, words)
        return Choice(MomentReader(form), repairs) if form is not None else None
    if _all_are(others, _NUMBER) and not any(issubclass(each, _BOOLEAN) for each in others):
        counts = np.bincount(codes[codes >= 0], minlength=len(uniques)).tolist()
        return _choose_for_numbers([str(value) for value in uniques], counts)
    return None


def _choose_for_numbers(texts: list[str], counts: list[int]) -> Choice | None:
    """Return how text is read that spells numbers with or without units, None if it does not."""
    numbers, words = spells_numbers(texts)
    if numbers:
        return Choice(NumberReader(), (Repair.WORDS,) if words else ())
    for mark in DECIMAL_MARKS:
        measurements, words, strays = spells_measurements(texts, counts, mark)
        if measurements:
            repairs = (Repair.WORDS,) * words + (Repair.STRAYS,) * strays
            return Choice(UnitReader(mark), repairs)
    return None


def _choose_for_text(values: Any) -> Choice:
    codes, texts = factorize(values)
    form, repairs = spells_moments(texts)
    if form is not None:
        return Choice(MomentReader(form), repairs)
    durations, repairs = spells_durations(texts)
    if durations:
        return Choice(DurationReader(), repairs)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts)).tolist()
    measurements = _choose_for_numbers(texts, counts)
    if measurements is not None:
        return measurements
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
