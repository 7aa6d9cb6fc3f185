from __future__ import annotations

import numpy as np
import pytest

from autoskl.space import Space, choice, constant, forbid, integer, ordinal, space_of, when
from autoskl.space.completion import filled, settle, violated


def test_a_parent_changes_when_a_child_cannot() -> None:
    space = space_of(choice("a", ["x", "y"]), when("a", "x", constant("b", 1)), forbid({"b": 1}))
    assert settle(space, {}, {}) == {"a": "y"}
    assert settle(space, {"a": "x"}, {}) is None


def test_near_values_and_likely_values_come_first() -> None:
    space = space_of(
        ordinal("o", [1, 2, 3, 4], 4),
        integer("i", 0, 100, 50),
        choice("c", ["p", "q", "r"], weights=[1, 2, 3]),
        forbid({"o": 4}),
        forbid({"i": [50, 49]}),
        forbid({"c": "p"}),
    )
    assert settle(space, {}, {}) == {"o": 3, "i": 51, "c": "r"}


def test_what_is_preferred_gives_way_and_what_is_given_stays() -> None:
    space = space_of(choice("a", [1, 2]), choice("b", [1, 2]), forbid({"a": 2, "b": 2}))
    assert settle(space, {}, {"a": 2, "b": 2}) == {"a": 2, "b": 1}
    assert settle(space, {"b": 2}, {"a": 2}) == {"a": 1, "b": 2}
    assert filled(space, {}, {"a": 2}) == {"a": 2, "b": 1}
    assert violated(space, {"a": 2, "b": 2}) == space.forbidden[0]


def test_the_search_agrees_with_trying_everything() -> None:
    rng = np.random.default_rng(0)
    names = ["a", "b", "c"]
    for _ in range(60):
        parameters = [choice(name, [0, 1, 2]) for name in names]
        banned = [
            forbid(
                {n: rng.choice(3, 2, replace=False).tolist() for n in rng.choice(names, 2, False)}
            )
            for _ in range(8)
        ]
        every = [dict(zip(names, v, strict=True)) for v in np.ndindex(3, 3, 3)]
        possible = any(not any(f.holds(v) for f in banned) for v in every)
        if possible:
            Space(parameters, (), banned).validate(Space(parameters, (), banned).default())
        else:
            with pytest.raises(ValueError, match="no legal configuration"):
                Space(parameters, (), banned)
