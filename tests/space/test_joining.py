from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from autoskl.core.configuration import Configuration
from autoskl.space import Condition, Space, add_prefix, choice, forbid, integer, join, space_of
from tests.space.strategies import generators, random_spaces


def test_joined_spaces_may_depend_on_each_other() -> None:
    space = join(
        space_of(choice("model", ["knn", "none"])),
        add_prefix(space_of(integer("k", 1, 9)), "knn"),
        space_of(choice("scaler", ["none", "standard"])),
        conditions=[Condition("knn:k", "model", ("knn",))],
        forbidden=[forbid({"model": "none", "scaler": "none"})],
    )
    assert space.complete({"model": "none"}) == Configuration(
        {"model": "none", "scaler": "standard"}
    )
    assert space.default().part("knn") == {"k": 5}


def test_spaces_with_common_names_cannot_be_joined() -> None:
    part = space_of(integer("k", 1, 9))
    with pytest.raises(ValueError, match="Two hyperparameters are named 'k'"):
        join(part, part)


@pytest.mark.parametrize("prefix", ["", "knn:"])
def test_a_prefix_must_be_a_name(prefix: str) -> None:
    with pytest.raises(ValueError, match="without a trailing colon"):
        add_prefix(space_of(), prefix)


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators())
def test_parts_of_a_joined_space_are_spaces_of_their_own(
    space: Space, rng: np.random.Generator
) -> None:
    both = join(add_prefix(space, "left"), add_prefix(space, "right"))
    for configuration in both.sample(rng, 5):
        space.validate(configuration.part("left"))
        space.validate(configuration.part("right"))
