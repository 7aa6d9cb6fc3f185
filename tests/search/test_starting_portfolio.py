from __future__ import annotations

import pytest

from tests.search.test_loop import make, make_dataset, search

pytest.importorskip("torch")


def sizes_of_networks(
    time_limit: float | None, n_trials: int | None = None
) -> list[tuple[int, int]]:
    """Epochs and units of RealMLP in the portfolio of a search on 5,000 rows."""
    settings = {"time_limit": time_limit, "n_trials": n_trials, "search": "auto"}
    plan, _ = make(dataset=make_dataset(5_000), **settings)
    found = []
    while plan.proposals.portfolio_left:
        proposal = plan.proposals.ask()
        assert proposal is not None
        if proposal.configuration["model"] == "real_mlp":
            own = proposal.configuration.part("real_mlp")
            found.append((own["n_epochs"], own["width"]))
    return found


def test_networks_are_narrower_and_then_train_for_fewer_epochs_where_time_is_short():
    assert set(sizes_of_networks(None, n_trials=40)) == {(64, 128)}
    assert set(sizes_of_networks(36_000.0)) == {(64, 128)}
    sizes = [sizes_of_networks(seconds)[0] for seconds in (3.0, 10.0, 20.0, 40.0, 80.0)]
    assert sizes == sorted(sizes)
    assert all(units == 64 for epochs, units in sizes if epochs < 64)
    assert sizes[0] == (16, 64)


@pytest.mark.parametrize(("limit", "expected"), [(None, True), (0.5, False)])
def test_without_a_clock_no_limited_fit_is_in_the_main_process(
    limit: float | None, expected: bool
) -> None:
    plan, _ = make(n_trials=1, trial_time_limit=limit)
    assert plan.first_in_main is expected


def origins(**settings) -> list[str]:
    """Where the configurations of a search on 300 rows come from, which may have six."""
    plan, executor = make(**settings)
    search(plan, executor)
    asked = {r.trial.configuration: r.trial.origin for r in plan.history.records}
    return [origin for origin in asked.values() if origin != "constant"]


def test_a_search_that_is_named_gets_half_of_the_pool():
    assert origins(time_limit=20.0, search="auto")[:6] == ["portfolio"] * 6
    assert origins(time_limit=20.0, search="random")[:6] == ["portfolio"] * 3 + ["random"] * 3


def test_a_number_of_trials_is_spent_on_the_portfolio_first():
    assert origins(n_trials=8, search="random") == ["portfolio"] * 8


def lent(**settings) -> int:
    """Results of other data sets that the optimizer of a search is lent."""
    plan, _ = make(**{"search": "smac", **settings})
    return len(plan.proposals._optimizer.archive.source_results)


def test_the_optimizer_knows_other_data_sets_where_it_has_a_turn():
    assert lent(time_limit=60.0) > 20
    assert lent(n_trials=50) > 20
    assert lent(n_trials=8) == 0  # all of the portfolio
    assert lent(time_limit=10.0) == 0
    assert lent(time_limit=60.0, warm_start=False) == 0


def rates(n_rows: int, time_limit: float) -> list[tuple[str, float]]:
    """Families and learning rates of boosted trees in the portfolio, in order."""
    plan, _ = make(dataset=make_dataset(n_rows), time_limit=time_limit, search="auto")
    found = []
    while plan.proposals.portfolio_left:
        proposal = plan.proposals.ask()
        assert proposal is not None
        family = proposal.configuration["model"]
        if family in ("lightgbm", "hist_gradient_boosting"):
            found.append((family, proposal.configuration[f"{family}:learning_rate"]))
    return found


def test_boosted_trees_learn_faster_where_a_large_table_takes_too_long():
    slow, fast = rates(101_000, 36_000.0), rates(101_000, 5.0)
    assert max(rate for _, rate in fast) > max(rate for _, rate in slow)
    assert sum(rate for _, rate in fast) > 2 * sum(rate for _, rate in slow)
    # Whose folds would share the number of rounds, they keep their rates.
    assert sorted(rates(5_000, 36_000.0)) == sorted(rates(5_000, 5.0))
