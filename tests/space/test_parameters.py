from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.space.parameters import (
    Parameter,
    choice,
    constant,
    integer,
    level_of,
    ordinal,
    real,
)
from tests.space.strategies import POOL, random_parameters


def test_defaults_are_the_middle_or_the_first() -> None:
    assert real("a", 0, 1).default == 0.5
    assert real("a", 1e-3, 1e3, log=True).default == 1.0
    assert integer("a", 1, 100, log=True).default == 10
    assert integer("a", -1, 2).default in {0, 1}
    assert ordinal("a", [3, 1]).default == 3
    assert choice("a", [None, 1]).default is None
    assert choice("a", [1, None], None).default is None
    assert constant("a", "x").default == "x"


@settings(deadline=None, max_examples=40)
@given(parameter=random_parameters("a"))
def test_levels_and_defaults_are_valid(parameter: Parameter) -> None:
    assert parameter.check(parameter.default) == parameter.default
    for i, value in enumerate(list(parameter.levels or ())[:50]):
        checked = parameter.check(value)
        assert checked == value
        assert type(checked) is type(value)
        assert level_of(parameter, value) == i


@given(value=st.sampled_from(POOL))
def test_values_of_other_kinds_have_no_level(value: object) -> None:
    kinds = [v for v in POOL if type(v) is not type(value)]
    assert level_of(choice("a", kinds), value) == -1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        (real("a", 0, 1), 1.5),
        (real("a", 0, 1), float("nan")),
        (real("a", 0, 1), "0.5"),
        (real("a", 0, 1), True),
        (integer("a", 0, 9), 10),
        (integer("a", 0, 9), 1.5),
        (integer("a", 0, 1), True),
        (integer("a", 0, 9), None),
        (choice("a", [1, 2]), True),
        (choice("a", [1, 2]), [1]),
        (ordinal("a", [1, 2]), "1"),
        (constant("a", 1), 2),
    ],
)
def test_invalid_values_are_refused(parameter: Parameter, value: object) -> None:
    with pytest.raises(ValueError, match="Hyperparameter 'a' must be"):
        parameter.check(value)


def test_integers_accept_whole_floats() -> None:
    checked = integer("a", 0, 9).check(3.0)
    assert checked == 3
    assert type(checked) is int
    assert level_of(integer("a", 2, 9), 4) == 2
    assert level_of(integer("a", 2, 9), 10) == -1
    assert level_of(real("a", 0, 1), 0.5) == -1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: real("", 0, 1), "non-empty str"),
        (lambda: real("a", 1, 0), "lower <= default <= upper"),
        (lambda: real("a", 0, 1, 2), "lower <= default <= upper"),
        (lambda: real("a", 0, 1, log=True), "lower bound must be positive"),
        (lambda: real("a", "x", 1, 0.5), "'lower' of hyperparameter 'a' must be a finite number"),  # type: ignore[arg-type]
        (lambda: real("a", "x", 1), "'lower' of hyperparameter 'a' must be a finite number"),  # type: ignore[arg-type]
        (lambda: integer("a", 1, math.inf), "'upper' of hyperparameter 'a' must be a finite"),  # type: ignore[arg-type]
        (lambda: real("a", -1.7e308, 1.7e308, 0), "too far apart"),
        (lambda: integer("a", 0, 1.5, 1), "'upper' of hyperparameter 'a' must be whole"),  # type: ignore[arg-type]
        (lambda: integer("a", 0, 9, log=True), "lower bound must be positive"),
        (lambda: integer("a", 0, 2**50), r"must not exceed 2\*\*40"),
        (lambda: choice("a", []), "at least one value"),
        (lambda: choice("a", [1, 1.0]), "value 1.0 twice"),
        (lambda: choice("a", [1, 2], 3), "must be one of 1, 2. Got 3"),
        (lambda: choice("a", [1, 2], weights=[1]), "must be 2 numbers"),
        (lambda: real("a", 0, 1, weights=[1, 0]), "must all be positive"),
        (lambda: integer("a", 0, 1, weights=[]), "non-negative numbers, not all zero"),
        (lambda: choice("a", [1, 2], weights=[0, 0]), "not all zero"),
        (lambda: choice("a", [1, 2], weights=[-1, 2]), "non-negative"),
        (lambda: ordinal("a", []), "at least one value"),
    ],
)
def test_invalid_declarations_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


def test_a_number_may_have_a_single_value() -> None:
    assert real("a", 1, 1).default == 1.0
    assert integer("a", 1, 1, log=True).default == 1
