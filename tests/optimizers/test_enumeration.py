from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings

from autoskl.optimizers.enumeration import configurations, unseen
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


def test_every_legal_configuration_once() -> None:
    found = list(configurations(SPACE, lambda parameter: parameter.levels or ()))
    assert [dict(c) for c in found] == [
        {"a": "x", "b": 1},
        {"a": "x", "b": 3},
        {"a": "y"},
        {"a": "z"},
    ]


def test_what_is_left_has_prior_weight() -> None:
    seen: set[object] = set()
    rng = np.random.default_rng(0)
    while (found := unseen(SPACE, seen, rng)) is not None:  # type: ignore[arg-type]
        assert found not in seen
        seen.add(found)
    assert len(seen) == 3


@settings(max_examples=40, deadline=None)
@given(space=random_spaces())
def test_what_is_left_is_legal(space: Space) -> None:
    found = unseen(space, set(), np.random.default_rng(0))
    if found is not None:
        space.validate(found)
        return
    # Only values of prior weight 0 can be legal then.
    weights = [p.weights for p in space.parameters.values() if isinstance(p, Choice)]
    assert any(0 in (each or ()) for each in weights)


def test_real_numbers_never_run_out() -> None:
    space = space_of(real("x", 0.0, 1.0))
    rng = np.random.default_rng(0)
    assert unseen(space, set(space.sample(rng, 50)), rng) is not None


def test_dead_ends_are_seen_from_afar() -> None:
    names = [f"p{i}" for i in range(12)]
    first, last = names[0], names[-1]
    space = space_of(
        *[choice(name, list("abcde")) for name in names],
        forbid({first: list("abcd"), last: list("abcde")}),
    )
    found = next(configurations(space, lambda p: p.levels or (), most_steps=1_000))
    assert found[first] == "e"


def test_what_activates_a_dead_end_is_passed_over() -> None:
    space = space_of(
        choice("kind", ["dead", "alive"]),
        integer("many", 1, 100_000),
        when("kind", "dead", choice("only", ["banned"])),
        forbid({"only": "banned"}),
    )
    found = next(configurations(space, lambda p: p.levels or (), most_steps=1_000))
    assert dict(found) == {"kind": "alive", "many": 1}


def test_the_search_ends_after_so_many_steps() -> None:
    space = space_of(*[integer(name, 1, 10) for name in "abc"])
    assert len(list(configurations(space, lambda p: p.levels or (), most_steps=50))) < 50


def test_samples_are_looked_through_where_steps_do_not_suffice(monkeypatch: Any) -> None:
    monkeypatch.setattr("autoskl.optimizers.enumeration._MOST_STEPS", 1)
    space = space_of(integer("a", 1, 10), integer("b", 1, 10))
    assert unseen(space, set(), np.random.default_rng(0)) is not None
