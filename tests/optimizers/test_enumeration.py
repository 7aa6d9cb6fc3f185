from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings

from autoskl.optimizers.enumeration import enumerate_configurations, find_unseen
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import Choice, choice, integer, real
from autoskl.space.space import Space, space_of
from tests.space.strategies import random_spaces

SPACE = space_of(
    choice("a", ["x", "y", "z"], weights=[1, 1, 0]),
    when("a", "x", integer("b", 1, 3)),
    forbid({"a": "x", "b": 2}),
)


def test_every_valid_configuration_is_yielded_once() -> None:
    found = list(enumerate_configurations(SPACE, lambda parameter: parameter.levels or ()))
    assert [dict(c) for c in found] == [
        {"a": "x", "b": 1},
        {"a": "x", "b": 3},
        {"a": "y"},
        {"a": "z"},
    ]


def test_unseen_configurations_have_prior_weight() -> None:
    seen: set[object] = set()
    rng = np.random.default_rng(0)
    while (found := find_unseen(SPACE, seen, rng)) is not None:  # type: ignore[arg-type]
        assert found not in seen
        seen.add(found)
    assert len(seen) == 3


@settings(max_examples=40, deadline=None)
@given(space=random_spaces())
def test_unseen_configurations_are_valid(space: Space) -> None:
    found = find_unseen(space, set(), np.random.default_rng(0))
    if found is not None:
        space.validate(found)
        return
    # Then only configurations with values of prior weight 0 are valid.
    weights = [p.weights for p in space.parameters.values() if isinstance(p, Choice)]
    assert any(0 in (each or ()) for each in weights)


def test_real_numbers_never_run_out() -> None:
    space = space_of(real("x", 0.0, 1.0))
    rng = np.random.default_rng(0)
    assert find_unseen(space, set(space.sample(rng, 50)), rng) is not None


def test_lookahead_detects_dead_ends() -> None:
    names = [f"p{i}" for i in range(12)]
    first, last = names[0], names[-1]
    space = space_of(
        *[choice(name, list("abcde")) for name in names],
        forbid({first: list("abcd"), last: list("abcde")}),
    )
    found = next(enumerate_configurations(space, lambda p: p.levels or (), max_steps=1_000))
    assert found[first] == "e"


def test_values_that_activate_a_dead_end_are_skipped() -> None:
    space = space_of(
        choice("kind", ["dead", "alive"]),
        integer("many", 1, 100_000),
        when("kind", "dead", choice("only", ["banned"])),
        forbid({"only": "banned"}),
    )
    found = next(enumerate_configurations(space, lambda p: p.levels or (), max_steps=1_000))
    assert dict(found) == {"kind": "alive", "many": 1}


def test_the_number_of_steps_is_limited() -> None:
    space = space_of(*[integer(name, 1, 10) for name in "abc"])
    assert len(list(enumerate_configurations(space, lambda p: p.levels or (), max_steps=50))) < 50


def test_samples_are_checked_if_the_steps_do_not_suffice(monkeypatch: Any) -> None:
    monkeypatch.setattr("autoskl.optimizers.enumeration._MAX_STEPS", 1)
    space = space_of(integer("a", 1, 10), integer("b", 1, 10))
    assert find_unseen(space, set(), np.random.default_rng(0)) is not None
