from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.fidelity import FULL_ONLY
from autoskl.optimizers.algorithm_bandit import AlgorithmBandit
from autoskl.optimizers.algorithms import (
    algorithm_choice,
    defaults,
    feasible_levels,
    separate_choice,
    sizes,
)
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.smac import SMAC
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, constant, integer, real
from autoskl.space.space import Space, space_of

CASH = space_of(
    choice("model", ["svm", "tree", "bayes"]),
    choice("scaled", [True, False]),
    when(
        "model",
        "svm",
        choice("kernel", ["linear", "radial", "polynomial"]),
        real("cost", 0.1, 10.0),
        when("kernel", "radial", real("gamma", 0.1, 10.0)),
        when("kernel", "polynomial", integer("degree", 2, 5)),
    ),
    when("model", "tree", integer("depth", 1, 9), constant("criterion", "gini")),
)


def boosters(n_own: int) -> Space:
    """Return three boosters: two share three hyperparameters, one of these has further ones."""
    own = [real(f"own{i}", 0.0, 1.0) for i in range(n_own)]
    shared = [real(f"shared{i}", 0.0, 1.0) for i in range(3)]
    return space_of(
        choice("booster", ["linear", "trees", "dart"]),
        choice("scaled", [True, False]),
        when("booster", ["trees", "dart"], *shared),
        when("booster", "dart", *own),
    )


def test_the_algorithm_is_the_choice_with_most_dependents() -> None:
    assert algorithm_choice(CASH) == "model"
    assert algorithm_choice(boosters(2)) == "booster"
    assert algorithm_choice(space_of(choice("a", [1, 2]), real("x", 0.0, 1.0))) is None
    assert algorithm_choice(space_of(real("x", 0.0, 1.0))) is None


def test_algorithms_that_share_most_hyperparameters_share_a_surrogate() -> None:
    assert separate_choice(CASH) == "model"
    assert separate_choice(space_of(real("x", 0.0, 1.0))) is None
    # Three of 3 + n are active for more than one value.
    assert separate_choice(boosters(3)) is None
    assert separate_choice(boosters(4)) == "booster"


def test_hyperparameters_of_all_algorithms_do_not_count_as_shared() -> None:
    steps = [choice(f"step{i}", ["a", "b"]) for i in range(20)]
    assert separate_choice(space_of(CASH, *steps)) == "model"


def test_a_choice_of_one_value_is_separate() -> None:
    space = space_of(choice("model", ["a"]), when("model", "a", real("x", 0.0, 1.0)))
    assert separate_choice(space) == "model"


def test_sizes_count_variable_hyperparameters() -> None:
    # kernel, cost, gamma, degree, scaled; depth, scaled; scaled. One more each.
    assert sizes(CASH, "model") == pytest.approx(np.array([6, 3, 2]) / (11 / 3))


def test_defaults_of_every_algorithm() -> None:
    space = boosters(3)
    assert [c["booster"] for c in defaults(space)] == ["linear", "trees", "dart"]
    for configuration in defaults(space):
        space.validate(configuration)
    # A single algorithm has a single default, whatever other choices it has.
    svm = CASH.restrict("model", ["svm"])
    assert defaults(svm) == [svm.default()]


def test_no_defaults_where_they_are_forbidden_or_have_no_weight() -> None:
    space = space_of(
        choice("kernel", ["linear", "radial", "other", "never"], weights=[1, 1, 1, 0]),
        choice("fast", [True]),
        when("kernel", "radial", real("gamma", 0.0, 1.0)),
        forbid({"kernel": "radial", "fast": True}),
    )
    assert [c["kernel"] for c in defaults(space)] == ["linear", "other"]


def test_the_search_starts_with_the_defaults_unless_others_are_enqueued() -> None:
    space = boosters(3)
    search = SMAC(space)
    assert [search.ask().configuration for _ in range(3)] == defaults(space)
    search = SMAC(space)
    search.enqueue(space.sample(np.random.default_rng(0), 3))
    for _ in range(3):
        trial = search.ask()
        search.tell(trial, float(trial.number))
    assert search.ask().configuration not in defaults(space)


def test_each_arm_of_a_bandit_has_one_default() -> None:
    space = space_of(
        choice("model", ["a", "b"]),
        choice("step", ["u", "v"]),
        when("model", "a", *(real(f"a{i}", 0.0, 1.0) for i in range(4))),
        when("step", "v", real("v0", 0.0, 1.0), real("v1", 0.0, 1.0)),
    )
    bandit = AlgorithmBandit(Archive(space, FULL_ONLY), "model")
    assert [len(bandit.defaults(arm)) for arm in range(2)] == [1, 1]
    assert bandit.defaults(1)[0]["model"] == "b"


def test_feasible_algorithms_have_weight_and_a_configuration_that_is_not_forbidden() -> None:
    space = space_of(
        choice("model", ["a", "b", "c", "d"], weights=[1, 1, 0, 1]),
        choice("step", ["u", "v"]),
        when("model", ["a", "c"], real("x", 0.0, 1.0)),
        # The default of b is forbidden, and every configuration of d.
        forbid({"model": "b", "step": "u"}),
        forbid({"model": "d", "step": ["u", "v"]}),
    )
    assert feasible_levels(space, "model").tolist() == [0, 1]
    assert feasible_levels(CASH, "model").tolist() == [0, 1, 2]
    # Only algorithms without weight are left.
    others = space_of(choice("model", ["a", "b"], weights=[1, 0]), forbid({"model": "a"}))
    assert feasible_levels(others, "model").tolist() == [1]
