from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from autoskl.optimizers import SMAC, TPE, MultiFidelitySMAC, WarmStarted
from autoskl.optimizers.earlier_results import warm_start
from autoskl.optimizers.options import (
    check_count,
    check_flag,
    check_integer,
    check_name,
    check_number,
    check_share,
)
from autoskl.space.parameters import real
from autoskl.space.space import space_of

SPACE = space_of(real("x", 0.0, 1.0))


@pytest.mark.parametrize("value", [3, np.int64(3)])
def test_integers_become_plain_ones(value: Any) -> None:
    assert type(check_count("n", value, 3)) is type(check_integer("n", value)) is int


@pytest.mark.parametrize("value", [1, np.float32(1.0), np.int8(1), Fraction(1)])
def test_numbers_become_floats(value: Any) -> None:
    assert type(check_share("a", value)) is type(check_number("a", value)) is float


@pytest.mark.parametrize("value", [2, 3.0, math.nan, True, "3", None])
def test_what_is_no_count(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^n must be an integer of at least 3\. Got "):
        check_count("n", value, 3)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, True, "0.5", None, 1j])
def test_what_is_no_share(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^a must be a number between 0 and 1\. Got "):
        check_share("a", value)


@pytest.mark.parametrize(
    ("value", "limits", "allowed"),
    [
        (-1, {}, "a finite number of at least 0"),
        (math.inf, {}, "a finite number of at least 0"),
        (1.0, {"above": 1.0}, "a finite number above 1"),
        (0.0, {"above": 0.0, "at_most": 1.0}, "a number above 0 and at most 1"),
        (1.5, {"above": 0.0, "at_most": 1.0}, "a number above 0 and at most 1"),
        (math.nan, {"at_most": math.inf}, "a number of at least 0"),
    ],
)
def test_what_is_outside_of_limits(value: float, limits: dict[str, float], allowed: str) -> None:
    with pytest.raises(ValueError, match=rf"^a must be {allowed}\. Got "):
        check_number("a", value, **limits)


def test_limits_are_inclusive_unless_a_number_must_be_above_one() -> None:
    assert check_share("a", 0) == check_number("a", 0) == 0.0
    assert check_share("a", 1) == check_number("a", 1, above=0.0, at_most=1.0) == 1.0
    assert check_number("a", math.inf, at_most=math.inf) == math.inf


@pytest.mark.parametrize("value", ["z", "", ["x"], None, np.array(["x", "y"])])
def test_what_is_no_known_name(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^a must be one of 'x', 'y'\. Got "):
        check_name("a", value, ("x", "y"))


@pytest.mark.parametrize("value", [1, "yes", None])
def test_what_is_neither_true_nor_false(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^a must be True or False\. Got "):
        check_flag("a", value)


@pytest.mark.parametrize("optimizer", [SMAC, MultiFidelitySMAC])
def test_a_tolerance_must_be_positive(optimizer: type[SMAC]) -> None:
    with pytest.raises(ValueError, match="tolerance must be a finite number above 0"):
        optimizer(SPACE, tolerance=0.0)


def test_densities_need_two_results() -> None:
    with pytest.raises(ValueError, match=r"n_initial must be an integer of at least 2\. Got 1"):
        TPE(SPACE, n_initial=1)


def test_options_of_a_warm_start() -> None:
    with pytest.raises(ValueError, match=r"max_changed must be an integer of at least 0\. Got -1"):
        warm_start(SMAC(SPACE), [], max_changed=-1)
    with pytest.raises(ValueError, match=r"repeat must be an integer of at least 0\. Got -1"):
        warm_start(SMAC(SPACE), [], repeat=-1)
    with pytest.raises(ValueError, match=r"repeat must be an integer of at least 0\. Got -1"):
        WarmStarted([], repeat=-1)
    with pytest.raises(ValueError, match="Did you mean 'smac'"):
        WarmStarted([], "smak")
    with pytest.raises(TypeError, match="search must be the name of an optimizer or its class"):
        WarmStarted([], SMAC(SPACE))  # type: ignore[arg-type]
