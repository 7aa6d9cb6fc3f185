"""Every optimizer rejects every invalid option, found from the signatures of the constructors."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.registry import OPTIMIZER_NAMES, optimizer_class
from autoskl.space.parameters import real
from autoskl.space.space import space_of

SPACE = space_of(real("x", 0.0, 1.0))
CLASSES = [pytest.param(optimizer_class(name), id=name) for name in OPTIMIZER_NAMES]
SHARED = {"space", "ladder", "seed"}

INVALID: dict[type, list[Any]] = {
    int: [-1, 1.5, 3.0, math.nan, math.inf, True, "3", [3]],
    float: [-1.0, math.nan, -math.inf, True, "0.5", [0.5], 0.5j],
    bool: [2, math.nan, "yes"],
    str: ["no such name", "", 3, True, ["no such name"]],
}
"""What no option of a type may be; no optimizer has options that can be negative."""

TOO_LARGE = {"share": 1.5, "rate": 1.5}
"""By the last word of the name of an option."""


def types_of_options(optimizer: type[Optimizer]) -> dict[str, tuple[type, ...]]:
    """Return the types of what only this constructor takes, with NoneType where None is allowed."""
    hints = get_type_hints(optimizer.__init__)
    names = set(inspect.signature(optimizer).parameters) - SHARED
    return {name: get_args(hints[name]) or (hints[name],) for name in sorted(names)}


def invalid_options() -> Iterator[Any]:
    for registered in OPTIMIZER_NAMES:
        optimizer = optimizer_class(registered)
        for option, types in types_of_options(optimizer).items():
            values = [value for kind in types if kind in INVALID for value in INVALID[kind]]
            if type(None) not in types:
                values.append(None)
            last = option.rpartition("_")[2]
            values += [TOO_LARGE[last]] if last in TOO_LARGE else []
            yield pytest.param(optimizer, option, values, id=f"{registered}-{option}")


@pytest.mark.parametrize(("optimizer", "option", "values"), list(invalid_options()))
def test_invalid_options_are_rejected_by_name(
    optimizer: type[Optimizer], option: str, values: list[Any]
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=f"^{option} must be .*Got "):
            optimizer(SPACE, **{option: value})


@pytest.mark.parametrize("optimizer", CLASSES)
def test_options_have_types_whose_invalid_values_are_known(optimizer: type[Optimizer]) -> None:
    for option, types in types_of_options(optimizer).items():
        assert set(types) <= {*INVALID, type(None)}, option


@pytest.mark.parametrize("optimizer", CLASSES)
def test_the_documentation_tells_what_is_raised(optimizer: type[Optimizer]) -> None:
    raised = (inspect.getdoc(optimizer) or "").partition("\nRaises\n------\n")[2]
    assert "TypeError\n" in raised
    assert "ValueError\n" in raised


@pytest.mark.parametrize("optimizer", CLASSES)
@pytest.mark.parametrize("space", [3, None, {"x": (0.0, 1.0)}, real("x", 0.0, 1.0)])
def test_what_is_no_space(optimizer: type[Optimizer], space: Any) -> None:
    with pytest.raises(TypeError, match=r"space must be a Space, .* of the package ConfigSpace"):
        optimizer(space)


@pytest.mark.parametrize("optimizer", CLASSES)
def test_what_is_no_ladder(optimizer: type[Optimizer]) -> None:
    with pytest.raises(TypeError, match=r"ladder must be a Ladder, .*Got 3"):
        optimizer(SPACE, ladder=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("optimizer", CLASSES)
@pytest.mark.parametrize("seed", [None, 1.5, "1", True, np.random.default_rng(0)])
def test_what_is_no_seed(optimizer: type[Optimizer], seed: Any) -> None:
    with pytest.raises(ValueError, match=r"seed must be an integer\. Got "):
        optimizer(SPACE, seed=seed)
