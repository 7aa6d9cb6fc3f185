from __future__ import annotations

import numpy as np
import pytest

from autoskl.space import Space, choice, constant, forbid, integer, ordinal, space_of, when
from autoskl.space.completion import fill_defaults, find_valid, first_violation


def test_a_parent_changes_when_a_child_cannot() -> None:
    space = space_of(choice("a", ["x", "y"]), when("a", "x", constant("b", 1)), forbid({"b": 1}))
    assert find_valid(space, {}, {}) == {"a": "y"}
    assert find_valid(space, {"a": "x"}, {}) is None


def test_near_values_and_likely_values_come_first() -> None:
    space = space_of(
        ordinal("o", [1, 2, 3, 4], 4),
        integer("i", 0, 100, 50),
        choice("c", ["p", "q", "r"], weights=[1, 2, 3]),
        forbid({"o": 4}),
        forbid({"i": [50, 49]}),
        forbid({"c": "p"}),
    )
    assert find_valid(space, {}, {}) == {"o": 3, "i": 51, "c": "r"}


def test_preferred_values_may_change_and_given_ones_may_not() -> None:
    space = space_of(choice("a", [1, 2]), choice("b", [1, 2]), forbid({"a": 2, "b": 2}))
    assert find_valid(space, {}, {"a": 2, "b": 2}) == {"a": 2, "b": 1}
    assert find_valid(space, {"b": 2}, {"a": 2}) == {"a": 1, "b": 2}
    assert fill_defaults(space, {}, {"a": 2}) == {"a": 2, "b": 1}
    assert first_violation(space, {"a": 2, "b": 2}) == space.forbidden[0]


def test_the_search_agrees_with_brute_force() -> None:
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
            with pytest.raises(ValueError, match="no valid configuration"):
                Space(parameters, (), banned)
