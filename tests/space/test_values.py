from __future__ import annotations

import math
from enum import IntEnum, StrEnum

import numpy as np
import pytest

from autoskl.space.values import identity, listed, plain, position


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    SMALL = 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (Colour.RED, "red"),
        (Size.SMALL, 1),
        (None, None),
    ],
)
def test_scalars_and_members_become_plain(given: object, expected: object) -> None:
    found = plain(given)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("given", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(given: float) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        plain(given)


@pytest.mark.parametrize("given", [(1, 2), [1], {"a": 1}, 1j, b"a"])
def test_other_types_are_refused(given: object) -> None:
    with pytest.raises(TypeError, match="bool, int, float, str or None"):
        plain(given)


def test_booleans_are_told_apart_from_numbers() -> None:
    assert identity(True) != identity(1)
    assert identity(np.True_) == identity(True)  # type: ignore[arg-type]
    assert identity(2) == identity(2.0)
    assert position((1, True, "1"), True) == 1
    assert position((False, 0), 0.0) == 1
    assert position((1, 2), "1") == -1


def test_text_is_one_value() -> None:
    assert listed("ab") == ("ab",)
    assert listed(None) == (None,)
    assert listed(["ab", None]) == ("ab", None)
