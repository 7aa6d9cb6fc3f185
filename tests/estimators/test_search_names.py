"""Every optimizer, used through the estimators."""

from __future__ import annotations

from functools import partial

import pytest
from sklearn.base import clone

from autoskl import AutoClassifier, default_space
from autoskl.core.optional import is_installed
from autoskl.history.ranking import trial_losses
from autoskl.optimizers import BOHB, OPTIMIZER_NAMES, SMAC, RandomSearch, WarmStarted
from autoskl.space.parameters import choice
from autoskl.space.space import space_of

QUICK = ("bohb", "random")
INSTALLED = [
    name
    for name in OPTIMIZER_NAMES
    if not name.startswith("optuna:") or (is_installed("optuna") and is_installed("cmaes"))
]


def fitted(two_moons, search, **arguments):
    X, y = two_moons
    usual = {
        "time_limit": None, "n_trials": 5, "cv": 2, "n_jobs": 1, "ensemble_size": 2,
        "include": ["linear", "k_nearest_neighbors"], "random_state": 0,
    }  # fmt: skip
    return AutoClassifier(**(usual | arguments), search=search).fit(X, y)


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in ("auto", *INSTALLED)],
)
def test_every_search_name(two_moons, name):
    model = fitted(two_moons, name)
    asked = {r.trial.configuration for r in model.history_.records if r.trial.origin != "constant"}
    assert len(asked) == 5
    assert model.score(*two_moons) > 0.8


def test_a_class_with_options(two_moons):
    model = fitted(two_moons, partial(BOHB, random_share=1.0))
    assert model.score(*two_moons) > 0.8
    assert clone(model).get_params()["search"].keywords == {"random_share": 1.0}


def test_the_space_of_an_optimizer_is_searched(two_moons):
    space = space_of(choice("model", ["linear", "gaussian_naive_bayes"]))
    search = RandomSearch(space, sequence="sobol")
    models = [fitted(two_moons, search, include=None, search_space=s) for s in (None, space)]
    for model in models:
        assert model.space_ == space
        assert set(model.leaderboard_["model"]) == {"constant", "linear", "gaussian_naive_bayes"}
    assert not search.trials


def test_an_optimizer_over_the_default_space(two_moons):
    space = default_space("binary", include=["linear", "k_nearest_neighbors", "kernel_svm"])
    model = fitted(two_moons, SMAC(space), include=None, n_trials=3)
    assert model.space_ == space
    assert model.score(*two_moons) > 0.8


def test_an_optimizer_over_another_space_is_rejected(two_moons):
    search = RandomSearch(space_of(choice("model", ["linear"])))
    with pytest.raises(ValueError, match="over another space"):
        fitted(two_moons, search)
    assert not search.trials


def test_an_optimizer_over_a_space_for_another_task_is_rejected(two_moons):
    search = RandomSearch(default_space("regression", include=["huber"]))
    with pytest.raises(ValueError, match=r"'huber'.* for the task regression.* makes it binary"):
        fitted(two_moons, search, include=None)


def test_include_with_search_space_is_rejected(two_moons):
    space = default_space("binary", include=["linear"])
    with pytest.raises(ValueError, match="select from the default space"):
        fitted(two_moons, "auto", search_space=space)


def test_a_fit_starts_from_the_results_of_another(two_moons):
    first = fitted(two_moons, "auto")
    known = trial_losses(first.history_.records)
    assert len(known) == 5
    second = fitted(two_moons, WarmStarted(known, repeat=2))
    again = clone(second).fit(*two_moons)
    asked = [r.trial.configuration for r in second.history_.records][1:]
    assert [r.trial.configuration for r in again.history_.records][1:] == asked
    # Every fit starts with the linear model; the best of the other fit and new ones follow.
    best = [trial.configuration for trial, _ in sorted(known, key=lambda pair: pair[1])]
    assert asked[0]["model"] == "linear"
    assert [c for c in best[:2] if c != asked[0]] == asked[1 : len(set(best[:2]) - {asked[0]}) + 1]
    earlier = {trial.configuration for trial, _ in known}
    assert sum(c in earlier for c in asked) <= 3
