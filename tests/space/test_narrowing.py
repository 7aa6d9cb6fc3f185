from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.space import (
    Choice,
    Constant,
    Integer,
    Ordinal,
    Real,
    Space,
    choice,
    constant,
    forbid,
    integer,
    ordinal,
    real,
    space_of,
    when,
)
from tests.space.strategies import generators, random_spaces

SPACE = space_of(
    choice("model", ["a", "b", "c"], weights=[1, 3, 2]),
    when("model", ["a", "c"], choice("kind", [1, 2]), when("kind", 2, real("x", 0.0, 1.0))),
    when("model", "b", integer("n", 1, 10)),
    ordinal("size", [1, 2, 3], 3),
    constant("seed", 0),
    forbid({"model": ["a", "b"], "size": 1}),
    forbid({"model": "b", "n": [1, 2]}),
)


def test_restrict_drops_unreachable_hyperparameters() -> None:
    space = SPACE.restrict("model", ["c", "a"])
    assert list(space.parameters) == ["model", "seed", "size", "kind", "x"]
    assert space.parameters["model"] == Choice("model", ("a", "c"), "a", (1.0, 2.0))
    assert space.forbidden == (forbid({"model": "a", "size": 1}),)
    assert list(SPACE.restrict("model", "b").parameters) == ["model", "seed", "size", "n"]
    assert list(SPACE.restrict("kind", 1).parameters) == ["model", "seed", "size", "kind", "n"]


def test_a_removed_default_is_replaced_by_the_likeliest_value() -> None:
    assert SPACE.restrict("model", ["b", "c"]).default()["model"] == "b"
    assert SPACE.restrict("size", [1, 2]).parameters["size"] == Ordinal("size", (1, 2), 1)


def test_override_keeps_other_fields() -> None:
    changed = SPACE.override("n", upper=3, log=True)
    assert changed.parameters["n"] == Integer("n", 1, 3, 3, True)
    changed = SPACE.override("x", lower=0.75)
    assert changed.parameters["x"] == Real("x", 0.75, 1.0, 0.75)
    assert SPACE.override("x", default=0.25).parameters["x"].default == 0.25
    changed = SPACE.override("model", values=["c", "b"])
    assert changed.parameters["model"] == Choice("model", ("c", "b"), "b", (2.0, 3.0))
    changed = SPACE.override("model", values=["a", "d"])
    assert changed.parameters["model"] == Choice("model", ("a", "d"), "a", None)
    changed = SPACE.override("model", weights=[1, 0, 0])
    assert {c["model"] for c in changed.sample(np.random.default_rng(0), 20)} == {"a"}
    assert SPACE.override("seed", value=7).parameters["seed"] == Constant("seed", 7)


def test_narrower_integers_drop_clauses_that_cannot_hold() -> None:
    assert len(SPACE.override("n", lower=3).forbidden) == 1
    assert len(SPACE.override("n", lower=2).forbidden) == 2


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("modle", {"values": ["a"]}, "Did you mean 'model'"),
        ("n", {"values": [1]}, "kind 'integer', which has lower, upper, default, log"),
        ("x", {"values": [1]}, "kind 'real', which has lower"),
        ("model", {"lower": 1}, "kind 'choice', which has values, default, weights"),
        ("seed", {"default": 1}, "kind 'constant', which has value"),
        ("n", {"lower": "1"}, "'lower' of hyperparameter 'n' must be a finite number"),
        ("n", {"lower": 20}, "lower <= default <= upper"),
        ("model", {"values": []}, "at least one value"),
    ],
)
def test_invalid_overrides_are_refused(name: str, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SPACE.override(name, **changes)


def test_invalid_restrictions_are_refused() -> None:
    with pytest.raises(ValueError, match="narrow it with `override`"):
        SPACE.restrict("x", [0.5])
    with pytest.raises(ValueError, match=r"must be one of 'a', 'b', 'c'\. Got 'd'"):
        SPACE.restrict("model", ["a", "d"])
    with pytest.raises(ValueError, match="at least one value"):
        SPACE.restrict("model", [])
    with pytest.raises(ValueError, match="no valid configuration"):
        SPACE.restrict("model", "a").restrict("size", 1)
    assert SPACE.restrict("seed", 0) == SPACE


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators(), data=st.data())
def test_samples_of_a_restricted_space_are_valid_in_the_whole_space(
    space: Space, rng: np.random.Generator, data: st.DataObject
) -> None:
    listed = [p for p in space.parameters.values() if isinstance(p, Choice | Ordinal)]
    if not listed:
        return
    parameter = data.draw(st.sampled_from(listed))
    kept = data.draw(st.sets(st.sampled_from(range(len(parameter.values))), min_size=1).map(sorted))
    try:
        narrowed = space.restrict(parameter.name, [parameter.values[i] for i in kept])
    except ValueError as error:
        assert "no valid configuration" in str(error)  # noqa: PT017
        return
    for configuration in narrowed.sample(rng, 10):
        space.validate(configuration)
        narrowed.validate(configuration)


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators(), data=st.data())
def test_samples_of_narrowed_numbers_are_valid_in_the_whole_space(
    space: Space, rng: np.random.Generator, data: st.DataObject
) -> None:
    numbers = [p for p in space.parameters.values() if isinstance(p, Real | Integer)]
    if not numbers:
        return
    p = data.draw(st.sampled_from(numbers))
    inside = (
        st.integers(p.lower, p.upper) if isinstance(p, Integer) else st.floats(p.lower, p.upper)
    )
    lower, upper = sorted([data.draw(inside), data.draw(inside)])
    try:
        narrowed = space.override(p.name, lower=lower, upper=upper)
    except ValueError as error:
        assert "no valid configuration" in str(error)  # noqa: PT017
        return
    for configuration in narrowed.sample(rng, 10):
        space.validate(configuration)
        assert lower <= configuration.get(p.name, lower) <= upper
