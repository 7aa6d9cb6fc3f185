from __future__ import annotations

from typing import Any

import pytest

from autoskl.core.trial import Trial
from tests.search.test_loop import make


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
