from __future__ import annotations

from autoskl.space import choice, forbid, space_of


def test_all_clauses_must_hold() -> None:
    combination = forbid({"a": [1, 2], "b": None})
    assert combination.holds({"a": 2, "b": None, "c": 0})
    assert not combination.holds({"a": 3, "b": None})
    assert not combination.holds({"a": 1})
    assert not combination.holds({"a": True, "b": None})
    assert combination.names == ("a", "b")


def test_combinations_are_deduplicated_and_ordered() -> None:
    space = space_of(
        choice("a", [1, 2, 3]),
        choice("b", [1, 2]),
        forbid({"b": 2, "a": [3, 2, 3]}),
        forbid({"a": [2, 3], "b": 2}),
    )
    assert space.forbidden == (forbid({"a": [2, 3], "b": 2}),)
