"""Searches of spaces in which an algorithm has few configurations, or none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, geometric_ladder
from autoskl.optimizers import optimizer_class
from autoskl.optimizers.enumeration import find_unseen
from autoskl.optimizers.optimizer import Optimizer
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import Space, space_of

PARTS = (
    when("model", "a", real("a:x", 0.0, 1.0), real("a:y", 0.0, 1.0)),
    when("model", "b", real("b:x", 0.0, 1.0), real("b:y", 0.0, 1.0)),
)
ENDLESS = space_of(choice("model", ["a", "b"]), *PARTS)
SINGLE = space_of(choice("model", ["single", "a", "b"]), *PARTS)
FORBIDDEN = space_of(
    choice("model", ["forbidden", "a", "b"], default="a"), *PARTS, forbid({"model": "forbidden"})
)
SMALL = space_of(
    choice("model", ["small", "a", "b"]), *PARTS, when("model", "small", integer("n", 1, 4))
)
LADDER = geometric_ladder(1 / 9 - 1e-9, eta=3.0)


def loss(configuration: Configuration) -> float:
    """Return a loss whose minimum is 0 for a, 0.02 for b, and 0.05 or more for the others."""
    values = {name.rpartition(":")[2]: value for name, value in configuration.items()}
    offset = {"a": 0.0, "b": 0.02}.get(configuration.model)
    if offset is None:
        return 0.05 + 0.001 * float(values.get("n", 0))  # type: ignore[arg-type]
    x, y = float(values["x"]), float(values["y"])  # type: ignore[arg-type]
    return offset + (x - 0.7) ** 2 + (y - 0.2) ** 2


@pytest.fixture
def unguided(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets an entry for each proposal that the optimizer does not suggest."""
    entries: list[int] = []

    def spy(space: Space, seen: Any, rng: np.random.Generator) -> Configuration | None:
        entries.append(len(seen))
        return find_unseen(space, seen, rng)

    monkeypatch.setattr("autoskl.optimizers.optimizer.find_unseen", spy)
    return entries


def run(search: Optimizer, n: int) -> list[float]:
    for _ in range(n):
        trial = search.ask()
        search.tell(trial, loss(trial.configuration))
    return [observation.loss for observation in search.observations]


@pytest.mark.parametrize("space", [SINGLE, FORBIDDEN, SMALL], ids=["single", "forbidden", "small"])
@pytest.mark.parametrize("name", ["smac", "hyperband-smac", "multi-fidelity-smac", "bohb"])
def test_every_proposal_is_guided(name: str, space: Space, unguided: list[int]) -> None:
    search = optimizer_class(name)(space, ladder=FULL_ONLY if name == "smac" else LADDER)
    run(search, 30)
    assert not unguided


def test_proposals_are_guided_until_the_space_is_exhausted(unguided: list[int]) -> None:
    space = space_of(choice("model", ["u", "v", "w"]), when("model", "u", integer("n", 1, 9)))
    search = optimizer_class("smac")(space)
    run(search, 11)
    assert len(set(search.trials)) == 11
    assert not unguided
    run(search, 1)
    assert search.exhausted


@pytest.mark.parametrize("space", [SINGLE, FORBIDDEN], ids=["single", "forbidden"])
def test_the_best_value_is_as_good_as_without_the_algorithm(space: Space) -> None:
    found, without = (
        np.mean([min(run(optimizer_class("smac")(s, seed=seed), 30)) for seed in range(3)])
        for s in (space, ENDLESS)
    )
    assert found < without + 1e-3
