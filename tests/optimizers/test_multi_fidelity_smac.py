from __future__ import annotations

import math
from collections import Counter

import pytest

from autoskl.core.fidelity import FULL_ONLY, Ladder, fold_ladder, geometric_ladder
from autoskl.core.trial import Trial
from autoskl.optimizers import MultiFidelitySMAC
from autoskl.space.parameters import real
from autoskl.space.space import space_of

FOUR_RUNGS = geometric_ladder(1 / 27 - 1e-9, eta=3.0)
SPACE = space_of(real("x", 0.0, 1.0), real("y", 0.0, 1.0))


def bowl(trial: Trial) -> float:
    x, y = (float(trial.configuration[n]) for n in "xy")  # type: ignore[arg-type]
    return (x - 0.3) ** 2 + (y - 0.6) ** 2 + 0.01 / trial.fidelity.rows


def run(ladder: Ladder, n: int, loss=bowl, **options) -> MultiFidelitySMAC:
    optimizer = MultiFidelitySMAC(SPACE, ladder=ladder, surrogate="forest", **options)
    for _ in range(n):
        trial = optimizer.ask()
        optimizer.tell(trial, loss(trial))
    return optimizer


def rungs(optimizer: MultiFidelitySMAC) -> list[int]:
    return [optimizer.ladder.index(trial.fidelity) for trial in optimizer.trials]


def test_the_lowest_rung_gets_the_cost_of_one_full_trial() -> None:
    optimizer = run(FOUR_RUNGS, 38)
    assert rungs(optimizer) == [0] * 27 + [3] + [1] * 9 + [3]
    lowest = optimizer.observations[:27]
    best = min(lowest, key=lambda observation: observation.loss)
    assert optimizer.trials[27].configuration == best.trial.configuration


def test_full_trials_get_their_share_after_the_cheap_phase() -> None:
    optimizer = run(FOUR_RUNGS, 60, n_cheap=4.0, full_share=0.5)
    costs = [FOUR_RUNGS.rungs[rung].cost for rung in rungs(optimizer)]
    spent = [sum(costs[:n]) for n in range(len(costs))]
    fresh = [n for n in range(60) if optimizer.trials[n].configuration not in seen(optimizer, n)]
    first = next(n for n in fresh if costs[n] == 1.0)
    assert spent[first] + 1e-6 >= 4.0
    assert spent[first] < 5.0
    assert sum(cost for cost in costs if cost == 1.0) / sum(costs) == pytest.approx(0.5, abs=0.1)


def seen(optimizer: MultiFidelitySMAC, n: int) -> set:
    return {trial.configuration for trial in optimizer.trials[:n]}


@pytest.mark.parametrize("ladder", [FOUR_RUNGS, fold_ladder(5), fold_ladder(2)])
def test_promotions_do_not_exceed_those_of_successive_halving(ladder: Ladder) -> None:
    optimizer = run(ladder, 50, eta=3.0, n_cheap=math.inf)
    started: Counter[int] = Counter()
    promoted: Counter[int] = Counter()
    origin = {}
    for trial, rung in zip(optimizer.trials, rungs(optimizer), strict=True):
        if trial.configuration in origin:
            promoted[origin[trial.configuration]] += 1
            assert rung == len(ladder.rungs) - 1
        else:
            origin[trial.configuration] = rung
            started[rung] += 1
    assert sum(promoted.values()) > 0
    for rung, n in promoted.items():
        assert n <= started[rung] / 3.0 ** (len(ladder.rungs) - 1 - rung) + 1e-6


def test_failed_trials_are_never_promoted() -> None:
    optimizer = run(FOUR_RUNGS, 40, loss=lambda trial: math.inf)
    assert 3 not in rungs(optimizer)


def test_without_low_fidelities_all_trials_are_full() -> None:
    assert run(FULL_ONLY, 12).ladder.top.is_full
    assert rungs(run(FULL_ONLY, 12)) == [0] * 12


@pytest.mark.parametrize(
    ("ladder", "rung"), [(FOUR_RUNGS, 1), (geometric_ladder(1 / 16), 1), (fold_ladder(5), 0)]
)
def test_the_rung_that_ranks_well(ladder: Ladder, rung: int) -> None:
    optimizer = run(ladder, 40, n_cheap=math.inf)
    counts = Counter(rungs(optimizer))
    assert set(counts) == {0, rung, len(ladder.rungs) - 1}
    assert ladder.rungs[rung].cost >= 0.1
