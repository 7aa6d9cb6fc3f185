from __future__ import annotations

from typing import Any

import pytest

from autoskl.core.trial import Trial
from tests.search.test_loop import make, make_dataset


def seconds_of(family: str, **settings: Any) -> tuple[float | None, float | None]:
    """Seconds that a fit of a family may take, and those that any may."""
    plan, _ = make(search="auto", **settings)
    trial = Trial(1, plan.space.complete({"model": family}))
    return plan.time.fit_seconds(trial), plan.time.max_fit_seconds()


def test_a_network_may_take_little_more_than_it_was_expected_to():
    pytest.importorskip("torch")
    network, any_fit = seconds_of("real_mlp", time_limit=3600.0)
    assert network is not None
    assert any_fit is not None
    assert 2.0 <= network < any_fit / 10
    assert seconds_of("real_mlp", time_limit=5.0) == (1.0, 1.0)


def test_other_models_may_take_the_share_of_any():
    tree, any_fit = seconds_of("lightgbm", time_limit=3600.0)
    assert tree == any_fit
    assert tree is not None
    assert tree > 100.0


def test_what_the_user_gave_a_trial_is_its_limit():
    pytest.importorskip("torch")
    limits = {"time_limit": 3600.0, "trial_time_limit": 77.0}
    assert seconds_of("real_mlp", **limits) == (77.0, 77.0)
    assert seconds_of("real_mlp", n_trials=3) == (None, None)


@pytest.mark.parametrize(("time_limit", "takes_all"), [(3.0, True), (3600.0, False)])
def test_promoted_boosted_trees_may_take_twice_the_predicted_time(time_limit, takes_all):
    plan, _ = make(dataset=make_dataset(101_000), search="auto", time_limit=time_limit)
    lowest, top = plan.ladder.rungs[0].fidelity, plan.ladder.rungs[-1].fidelity
    assert lowest.rows < 1
    trees = plan.space.complete({"model": "lightgbm"})
    linear = plan.space.complete({"model": "linear"})
    any_fit, left = plan.time.max_fit_seconds(), plan.allowance.seconds_left()
    assert plan.time.fit_seconds(Trial(1, trees, lowest)) == any_fit
    assert plan.time.fit_seconds(Trial(2, linear, top)) == any_fit
    promoted = Trial(3, trees, top)
    twice = 2 * plan.cost_model.predict(promoted)
    assert plan.time.fit_seconds(promoted) == (left if takes_all else twice)
    assert (twice > left) is takes_all
