from __future__ import annotations

import pytest

from autoskl.space import Condition, add_prefix, choice, constant, forbid, real, space_of, when


def test_nested_conditions_must_both_hold() -> None:
    made = when("a", 1, when("b", [2, 3], real("x", 0, 1)))
    assert set(made.conditions) == {Condition("x", "b", (2, 3)), Condition("x", "a", (1,))}


def test_children_of_conditional_items_follow_their_parents() -> None:
    inner = space_of(choice("b", [1, 2]), when("b", 2, constant("c", 0)), forbid({"b": 1, "c": 0}))
    made = when("a", "x", add_prefix(inner, "p"))
    assert made.conditions == (Condition("p:c", "p:b", (2,)), Condition("p:b", "a", ("x",)))
    assert [f.names for f in made.forbidden] == [("p:b", "p:c")]
    space = space_of(choice("a", ["y", "x"]), made)
    assert list(space.default()) == ["a"]
    assert list(space.complete({"a": "x", "p:b": 2})) == ["a", "p:b", "p:c"]


def test_a_condition_needs_an_active_parent() -> None:
    condition = Condition("c", "p", (True, None))
    assert condition.holds({"p": True})
    assert condition.holds({"p": None})
    assert not condition.holds({"p": 1})
    assert not condition.holds({})


def test_duplicate_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Two hyperparameters are named 'x'.*`add_prefix`"):
        when("a", 1, real("x", 0, 1), real("x", 0, 2))
