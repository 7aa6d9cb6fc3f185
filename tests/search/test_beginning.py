from __future__ import annotations

import pytest

from tests.search.test_loop import make, make_dataset

pytest.importorskip("torch")


def epochs_of_networks(time_limit: float | None, n_trials: int | None = None) -> list[int]:
    """Epochs of RealMLP in the portfolio of a search on 5,000 rows."""
    plan, _ = make(dataset=make_dataset(5_000), time_limit=time_limit, n_trials=n_trials)
    found = []
    while plan.proposals.portfolio_left:
        proposal = plan.proposals.ask()
        assert proposal is not None
        if proposal.configuration["model"] == "real_mlp":
            found.append(int(proposal.configuration["real_mlp:n_epochs"]))
    return found


def test_networks_train_for_fewer_epochs_where_time_is_short():
    usual = epochs_of_networks(None, n_trials=40)
    assert usual
    assert epochs_of_networks(36_000.0) == usual
    short = epochs_of_networks(20.0)
    assert len(short) == len(usual)
    assert max(short) < min(usual)
