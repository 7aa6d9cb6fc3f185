from __future__ import annotations

import math
from enum import IntEnum, StrEnum

import numpy as np
import pytest

from autoskl.space.values import as_tuple, index_of, plain, value_key


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
def test_scalars_and_enum_members_become_plain(given: object, expected: object) -> None:
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


def test_booleans_are_distinguished_from_numbers() -> None:
    assert value_key(True) != value_key(1)
    assert value_key(np.True_) == value_key(True)  # type: ignore[arg-type]
    assert value_key(2) == value_key(2.0)
    assert index_of((1, True, "1"), True) == 1
    assert index_of((False, 0), 0.0) == 1
    assert index_of((1, 2), "1") == -1


def test_as_tuple_treats_text_as_one_value() -> None:
    assert as_tuple("ab") == ("ab",)
    assert as_tuple(None) == (None,)
    assert as_tuple(["ab", None]) == ("ab", None)
