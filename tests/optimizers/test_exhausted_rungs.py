"""Successive halving in spaces with fewer configurations than a bracket has places."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.core.fidelity import FULL, geometric_ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.earlier_results import warm_start
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.registry import optimizer_class
from autoskl.space.parameters import choice
from autoskl.space.space import Space, space_of

LADDER = geometric_ladder(1 / 9 - 1e-9, eta=3.0)
NAMES = ["hyperband", "successive-halving", "asha", "bohb", "hyperband-smac", "priorband"]
SIZES = {1: (1, 1, 1), 2: (2, 1, 1), 6: (6, 2, 1)}
"""Configurations of a space, and how many reach each rung."""


def space_with(n: int) -> Space:
    return space_of(choice("a", list(range(n))))


def build(name: str, n: int) -> Optimizer:
    return optimizer_class(name)(space_with(n), ladder=LADDER)


def loss(trial: Trial) -> float:
    return float(trial.configuration["a"])  # type: ignore[arg-type]


def reached(trials: list[Trial]) -> tuple[int, ...]:
    """Return the number of distinct configurations on each rung."""
    counts = Counter(fidelity for _, fidelity in {(t.configuration, t.fidelity) for t in trials})
    return tuple(counts[rung.fidelity] for rung in LADDER.rungs)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("drops", [False, True])
def test_a_small_space_reaches_full_fidelity(name: str, n: int, drops: bool) -> None:
    optimizer = build(name, n)
    run: list[Trial] = []
    for _ in range(sum(SIZES[n]) + 2):
        trial = optimizer.ask()
        is_repetition = (trial.configuration, trial.fidelity) in {
            (t.configuration, t.fidelity) for t in run
        }
        assert optimizer.exhausted is is_repetition
        if not (drops and is_repetition):
            run.append(trial)
            optimizer.tell(trial, loss(trial))
    assert reached(run) == SIZES[n]
    assert {loss(t) for t in run if t.fidelity == FULL} == {0.0}


@pytest.mark.parametrize("name", NAMES)
def test_repetitions_do_not_start_before_results_are_known(name: str) -> None:
    optimizer = build(name, 6)
    trials = [optimizer.ask() for _ in range(10)]
    assert reached(trials) == (6, 0, 0)
    for trial in trials[:5]:
        optimizer.tell(trial, loss(trial))
    assert reached([optimizer.ask() for _ in range(3)])[2] == 0
    optimizer.tell(trials[5], loss(trials[5]))
    # The repetitions are never told.
    while optimizer.ask().fidelity != FULL:
        for trial in optimizer.pending:
            if trial.fidelity != LADDER.rungs[0].fidelity:
                optimizer.tell(trial, loss(trial))
        assert len(optimizer.trials) < 40


@pytest.mark.parametrize("name", NAMES[:4])
@settings(max_examples=8, deadline=None)
@given(
    n=st.integers(1, 14),
    seed=st.integers(0, 99),
    n_workers=st.integers(1, 5),
    told=st.sampled_from([0.5, 1.0]),
)
def test_rungs_never_exceed_their_plan_and_replay(
    name: str, n: int, seed: int, n_workers: int, told: float
) -> None:
    rng = np.random.default_rng(seed)
    optimizer = build(name, n)
    running: list[Trial] = []
    for _ in range(25):
        while len(running) < n_workers:
            running.append(optimizer.ask())
        trial = running.pop(int(rng.integers(len(running))))
        if rng.random() < told:
            optimizer.tell(trial, loss(trial), failed=bool(rng.random() < 0.1))
    if isinstance(optimizer, Hyperband):
        for bracket in optimizer._brackets:
            assert bracket.sizes[0] <= 9
            assert all(len(r) <= s for r, s in zip(bracket.rungs, bracket.sizes, strict=True))
        members = [number for bracket in optimizer._brackets for number in bracket.rungs[0]]
        assert len({optimizer.trials[number].configuration for number in members}) == len(members)
    low, middle, _ = reached(list(optimizer.trials))
    if name == "asha":
        assert middle <= max(1, low // 3)
    copy = build(name, n)
    copy.restore(optimizer.trials, optimizer.observations)
    assert [copy.ask() for _ in range(6)] == [optimizer.ask() for _ in range(6)]


@pytest.mark.parametrize("name", NAMES)
def test_a_space_known_from_an_earlier_search_is_run_again(name: str) -> None:
    optimizer = build(name, 4)
    earlier = [
        (Trial(i, c), float(i))
        for i, c in enumerate(space_with(4).sample(np.random.default_rng(0), 4))
    ]
    warm_start(optimizer, earlier, repeat=2)
    for _ in range(12):
        trial = optimizer.ask()
        optimizer.tell(trial, loss(trial))
    assert any(t.fidelity == FULL for t in optimizer.trials[optimizer.n_earlier :])
