from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.fidelity import geometric_ladder
from autoskl.optimizers.mutation import mutate
from autoskl.optimizers.priorband import PriorBand
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import space_of

LADDER = geometric_ladder(1 / 9 - 1e-9, eta=3.0)
SPACE = space_of(real("x", 0.0, 1.0), real("y", 0.0, 1.0))


def proposals(search: PriorBand, n: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    found = [search.suggest(rng, LADDER.rungs[1].fidelity) for _ in range(n)]
    return np.array([[c["x"], c["y"]] for c in found])


def test_before_results_most_proposals_lie_near_the_portfolio() -> None:
    search = PriorBand(SPACE, ladder=LADDER)
    search.enqueue([{"x": 0.05, "y": 0.95}])
    found = proposals(search, 300)
    # A quarter are samples of the space, since eta is 3 and this is the second rung.
    assert np.mean(np.abs(found[:, 0] - 0.05) < 0.5) == pytest.approx(0.75 + 0.25 * 0.55, abs=0.08)


def test_the_default_is_the_prior_without_a_portfolio() -> None:
    search = PriorBand(space_of(real("x", 0.0, 1.0, 0.9), real("y", 0.0, 1.0, 0.9)), ladder=LADDER)
    assert proposals(search, 200).mean() > 0.6


def test_a_misleading_prior_is_abandoned() -> None:
    def spread_after(bottom: float) -> float:
        search = PriorBand(SPACE, ladder=LADDER, seed=2)
        search.enqueue([{"x": 0.1, "y": 0.1}])
        for _ in range(60):
            trial = search.ask()
            x, y = (float(trial.configuration[n]) for n in "xy")  # type: ignore[arg-type]
            search.tell(trial, (x - bottom) ** 2 + (y - bottom) ** 2)
        return float(np.median(np.abs(proposals(search, 200) - 0.1)))

    assert spread_after(0.9) > 1.5 * spread_after(0.1)


def test_mutants_are_valid_and_differ() -> None:
    space = space_of(
        choice("model", ["a", "b", "c"], weights=[1, 1, 0]),
        when("model", "a", real("a:x", 0.0, 1.0), choice("a:k", ["u", "v"])),
        when("model", "b", integer("b:n", 1, 9)),
        forbid({"model": "b", "b:n": [1, 2]}),
    )
    view, rng = space.view, np.random.default_rng(0)
    parents = view.encode([{"model": "a", "a:x": 0.5, "a:k": "u"}, {"model": "b", "b:n": 5}])
    made = view.decode_rows(mutate(view, parents, rng, 200))
    assert len(made) > 150
    for configuration in made:
        space.validate(configuration)
    assert {c["model"] for c in made} == {"a", "b"}
    same = mutate(view, parents[:1], rng, 50, rate=0.0)
    assert np.array_equal(same, np.repeat(parents[:1], 50, axis=0), equal_nan=True)
