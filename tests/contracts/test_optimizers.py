"""Properties of every registered optimizer."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder, geometric_ladder
from autoskl.core.optional import is_installed
from autoskl.core.seeds import derive_seed
from autoskl.core.trial import Trial
from autoskl.optimizers.earlier_results import warm_start
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.registry import OPTIMIZER_NAMES, optimizer_class
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, constant, integer, real
from autoskl.space.space import Space, space_of
from tests.space.strategies import random_spaces

Loss = Callable[[Trial], float]

LADDERS = {"full": FULL_ONLY, "rungs": geometric_ladder(1 / 9 - 1e-9, eta=3.0)}
EXAMPLES = settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CASH = space_of(
    choice("model", ["knn", "tree", "constant"], weights=[2, 2, 1]),
    when("model", "knn", integer("knn:k", 1, 50, log=True)),
    when(
        "model",
        "tree",
        integer("tree:depth", 1, 12),
        choice("tree:kind", ["gini", "random"]),
        when("tree:kind", "random", real("tree:share", 0.01, 1.0, log=True)),
    ),
    constant("scale", True),
)

WITH_LADDERS = {
    name for name in OPTIMIZER_NAMES if optimizer_class(name).is_multi_fidelity or name == "smac"
}
INSTALLED = [
    name
    for name in OPTIMIZER_NAMES
    if not name.startswith("optuna:") or (is_installed("optuna") and is_installed("cmaes"))
]

pytestmark = pytest.mark.parametrize(
    ("name", "ladder"),
    [
        pytest.param(
            name,
            ladder,
            id=f"{name}-{rungs}",
            # Takes seconds per example; `tests/optimizers/test_optuna_search.py` has a faster test.
            marks=[pytest.mark.slow] if name == "optuna:gp" else [],
        )
        for name in INSTALLED
        for rungs, ladder in LADDERS.items()
        if rungs == "full" or name in WITH_LADDERS
    ],
)


def some_loss(trial: Trial) -> float:
    """Return a loss that depends on nothing but the trial; some trials fail."""
    u = derive_seed(trial.configuration.digest, repr(trial.fidelity)) / 2**31
    return math.inf if u > 0.9 else u


def build(name: str, space: Space, ladder: Ladder, seed: int = 0) -> Optimizer:
    return optimizer_class(name)(space, ladder=ladder, seed=seed)


def run(optimizer: Optimizer, n: int, loss: Loss = some_loss) -> list[Trial]:
    trials = []
    for _ in range(n):
        trial = optimizer.ask()
        optimizer.tell(trial, loss(trial))
        trials.append(trial)
    return trials


@EXAMPLES
@given(space=random_spaces())
def test_proposals_are_valid(name: str, ladder: Ladder, space: Space) -> None:
    for trial in run(build(name, space, ladder), 14):
        space.validate(trial.configuration)
        assert trial.fidelity in [rung.fidelity for rung in ladder.rungs]


@EXAMPLES
@given(space=random_spaces(), seed=st.integers(0, 99))
def test_same_seed_and_results_give_same_proposals(
    name: str, ladder: Ladder, space: Space, seed: int
) -> None:
    first, second = (run(build(name, space, ladder, seed), 14) for _ in range(2))
    assert first == second


@EXAMPLES
@given(space=random_spaces(), asked=st.integers(1, 20), late=st.integers(0, 4))
def test_a_restored_optimizer_continues_identically(
    name: str, ladder: Ladder, space: Space, asked: int, late: int
) -> None:
    queued = [space.default()]
    whole = build(name, space, ladder)
    whole.enqueue(queued)
    run(whole, asked)
    pending = [whole.ask() for _ in range(late)]
    resumed = build(name, space, ladder)
    resumed.enqueue(queued)
    resumed.restore(whole.trials, whole.observations)
    assert resumed.pending == tuple(pending)
    for optimizer in (whole, resumed):
        for trial in pending:
            optimizer.tell(trial, some_loss(trial))
    assert run(whole, 6) == run(resumed, 6)


def test_a_pickled_copy_continues_identically(name: str, ladder: Ladder) -> None:
    optimizer = build(name, CASH, ladder)
    run(optimizer, 9)
    copy = pickle.loads(pickle.dumps(optimizer))
    assert run(copy, 4) == run(optimizer, 4)


@EXAMPLES
@given(order=st.permutations(range(6)), rounds=st.integers(1, 3))
def test_the_order_of_results_in_a_round_does_not_matter(
    name: str, ladder: Ladder, order: list[int], rounds: int
) -> None:
    forward, shuffled = build(name, CASH, ladder), build(name, CASH, ladder)
    for _ in range(rounds):
        batch = [forward.ask() for _ in range(6)]
        assert [shuffled.ask() for _ in range(6)] == batch
        for i in range(6):
            forward.tell(batch[i], some_loss(batch[i]))
            shuffled.tell(batch[order[i]], some_loss(batch[order[i]]))
    assert forward.ask() == shuffled.ask()


@pytest.mark.parametrize("value", [0.0, 1e30, math.inf, -math.inf, math.nan])
def test_uninformative_losses(name: str, ladder: Ladder, value: float) -> None:
    optimizer = build(name, CASH, ladder)
    for trial in run(optimizer, 16, lambda _: value):
        CASH.validate(trial.configuration)
    assert all(o.failed for o in optimizer.observations) is not math.isfinite(value)


def test_failed_trials_are_never_continued(name: str, ladder: Ladder) -> None:
    optimizer = build(name, CASH, ladder)
    for _ in range(16):
        optimizer.tell(optimizer.ask(), 0.0, failed=True)
    assert all(o.failed and o.loss == math.inf for o in optimizer.observations)
    # No failed trial is promoted.
    started = {t.configuration for t in optimizer.trials}
    assert len(started) == 16


def test_a_space_of_one_configuration_is_exhausted(name: str, ladder: Ladder) -> None:
    optimizer = build(name, space_of(constant("a", 1)), ladder)
    assert {t.configuration for t in run(optimizer, 6)} == {optimizer.space.default()}
    assert optimizer.exhausted


def test_repetitions_only_when_nothing_else_is_left(name: str, ladder: Ladder) -> None:
    space = space_of(choice("a", ["x", "y", "z"]), when("a", ["x", "y"], integer("b", 1, 6)))
    optimizer = build(name, space, ladder)
    trials: list[Trial] = []
    while not optimizer.exhausted:
        trials += run(optimizer, 1)
    pairs = [(t.configuration, t.fidelity) for t in trials[:-1]]
    assert len({c for c, _ in pairs}) == 13
    assert len(set(pairs)) == len(pairs)


def test_enqueued_configurations_come_first(name: str, ladder: Ladder) -> None:
    queue = list(dict.fromkeys(CASH.sample(np.random.default_rng(1), 6)))
    optimizer = build(name, CASH, ladder)
    optimizer.enqueue([*queue, queue[0]])
    new: dict[Configuration, None] = {}
    while len(new) <= len(queue):
        trial = optimizer.ask()
        new[trial.configuration] = None
        optimizer.tell(trial, some_loss(trial))
    assert list(new)[: len(queue)] == queue


def test_asking_never_waits_for_results(name: str, ladder: Ladder) -> None:
    optimizer = build(name, CASH, ladder)
    trials = [optimizer.ask() for _ in range(24)]
    assert [t.number for t in trials] == list(range(24))
    assert optimizer.pending == optimizer.trials == tuple(trials)


def test_results_get_better(name: str, ladder: Ladder) -> None:
    space = space_of(real("x", -1.0, 1.0), real("y", -1.0, 1.0))

    def bowl(trial: Trial) -> float:
        x, y = (float(trial.configuration[n]) for n in "xy")  # type: ignore[arg-type]
        return (x - 0.3) ** 2 + (y + 0.2) ** 2

    optimizer = build(name, space, ladder)
    run(optimizer, 40, bowl)
    losses = [o.loss for o in optimizer.observations]
    assert min(losses) < min(0.15, losses[0])


def test_telling_a_trial_that_was_not_asked_is_an_error(name: str, ladder: Ladder) -> None:
    optimizer = build(name, CASH, ladder)
    with pytest.raises(ValueError, match="Trial 0 was not asked"):
        optimizer.tell(Trial(0, CASH.default()), 1.0)
    asked = optimizer.ask()
    with pytest.raises(ValueError, match="Trial -1 was not asked"):
        optimizer.tell(Trial(-1, asked.configuration, asked.fidelity), 1.0)
    with pytest.raises(ValueError, match=r"Trial 0 was asked at Fidelity\(.*Tell the trial that"):
        optimizer.tell(Trial(0, asked.configuration, Fidelity(rows=0.7)), 1.0)


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf, None])
def test_impossible_durations_are_errors(name: str, ladder: Ladder, seconds: float) -> None:
    optimizer = build(name, CASH, ladder)
    with pytest.raises(ValueError, match="seconds must be a finite number of at least 0"):
        optimizer.tell(optimizer.ask(), 1.0, seconds=seconds)
    assert not optimizer.observations


def test_the_last_result_of_a_trial_counts(name: str, ladder: Ladder) -> None:
    optimizer = build(name, CASH, ladder)
    trial = optimizer.ask()
    for loss in (0.5, math.nan, 0.25):
        optimizer.tell(trial, loss)
    assert [(o.loss, o.failed) for o in optimizer.observations] == [(0.25, False)]


def test_trials_off_the_ladder_are_not_restored(name: str, ladder: Ladder) -> None:
    trial = Trial(0, CASH.default(), Fidelity(rows=0.7))
    with pytest.raises(ValueError, match=r"Trial 0 ran at .* not on the ladder of this optimizer"):
        build(name, CASH, ladder).restore([trial], [])


def test_full_results_of_an_earlier_search_are_not_asked_again(name: str, ladder: Ladder) -> None:
    earlier = [Trial(i, c) for i, c in enumerate(CASH.sample(np.random.default_rng(0), 20))]
    optimizer = build(name, CASH, ladder)
    warm_start(optimizer, [(trial, some_loss(trial)) for trial in earlier])
    known = {trial.configuration for trial in earlier}
    assert not known & {trial.configuration for trial in run(optimizer, 12)}
