from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.errors import WarmStartWarning
from autoskl.core.fidelity import FULL_ONLY, Fidelity, geometric_ladder
from autoskl.core.trial import Trial
from autoskl.optimizers import OPTIMIZER_NAMES, SMAC, WarmStarted, optimizer_class
from autoskl.optimizers.configuration_mapping import map_configuration
from autoskl.optimizers.earlier_results import warm_start
from autoskl.optimizers.observation import Observation
from autoskl.optimizers.source_results import (
    MAX_RESULTS_PER_ALGORITHM,
    SourceResults,
    source_weight,
)
from autoskl.optimizers.surrogate.registry import surrogate_factory
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import Space, space_of

EARLIER = space_of(
    choice("model", ["knn", "tree", "svm"]),
    when("model", "knn", integer("knn:k", 1, 50)),
    when("model", "tree", integer("tree:depth", 1, 12), real("tree:old", 0.0, 1.0)),
)
NOW = space_of(
    choice("model", ["knn", "tree", "forest"]),
    when("model", "knn", integer("knn:k", 1, 20, 5)),
    when("model", "tree", integer("tree:depth", 1, 12)),
    choice("scaled", [True]),
)
SAME = space_of(real("x", 0.0, 1.0))


def results(space: Space, n: int = 30) -> list[tuple[Trial, float]]:
    drawn = list(dict.fromkeys(space.sample(np.random.default_rng(0), 3 * n)))[:n]
    return [(Trial(i, c), float(i)) for i, c in enumerate(drawn)]


def test_configurations_of_the_same_space_are_mapped_exactly() -> None:
    for configuration in EARLIER.sample(np.random.default_rng(0), 20):
        assert map_configuration(configuration, EARLIER).configuration == configuration
        assert map_configuration(configuration, EARLIER).is_exact


def test_changes_are_listed_as_reasons() -> None:
    found = map_configuration({"model": "tree", "tree:depth": 3, "tree:old": 0.5}, NOW)
    assert found.configuration == Configuration({"model": "tree", "tree:depth": 3, "scaled": True})
    assert found.reasons == ("the space has no 'tree:old'", "'scaled' is new")
    found = map_configuration({"model": "knn", "knn:k": 40}, NOW)
    assert found.configuration == Configuration({"model": "knn", "knn:k": 5, "scaled": True})
    assert found.reasons == ("'knn:k' cannot be 40", "'scaled' is new")


def test_what_cannot_be_mapped() -> None:
    assert map_configuration({"model": "svm"}, NOW).configuration is None
    assert map_configuration({"other": 1}, NOW).configuration is None
    space = space_of(choice("a", [1, 2]), choice("b", [1, 2]), forbid({"a": 1, "b": 1}))
    found = map_configuration({"a": 1, "b": 1}, space)
    assert found.configuration is None
    assert found.reasons == ("the combination is forbidden",)


def test_a_value_that_is_replaced_counts_once() -> None:
    result = (Trial(0, Configuration({"x": 3.0})), 0.5)
    assert warm_start(SMAC(SAME), [result]).reasons == {"'x' cannot be 3.0": 1}


@pytest.mark.parametrize("name", [n for n in OPTIMIZER_NAMES if not n.startswith("optuna")])
def test_an_optimizer_continues_from_the_results_of_another(name: str) -> None:
    optimizer = optimizer_class(name)(EARLIER)
    report = warm_start(optimizer, results(EARLIER))
    assert report.n_used == len(optimizer.observations) == 30
    assert not report.reasons
    asked = optimizer.ask()
    assert asked.number == 30
    assert asked.configuration not in {trial.configuration for trial in optimizer.trials[:30]}


def test_earlier_results_guide_the_search() -> None:
    tried = [Configuration({"x": i / 10}) for i in range(11)]
    results_so_far = [(Trial(i, c), (i / 10 - 0.7) ** 2) for i, c in enumerate(tried)]
    search = SMAC(SAME)
    warm_start(search, results_so_far)
    assert float(search.ask().configuration["x"]) == pytest.approx(0.7, abs=0.12)  # type: ignore[arg-type]


def test_unknown_durations_of_earlier_results_do_not_count() -> None:
    tried = [Trial(i, Configuration({"x": i / 10})) for i in range(11)]
    results_so_far = [(trial, bowl(trial, 0.7)) for trial in tried]
    searches = SMAC(SAME, cost_exponent=1.0), SMAC(SAME, acquisition="ei")
    for search in searches:
        warm_start(search, results_so_far)
        for _ in range(3):
            trial = search.ask()
            search.tell(trial, bowl(trial, 0.7), seconds=10.0)
    # All known durations are equal.
    assert searches[0].trials == searches[1].trials


def test_changed_configurations_are_tried_again_best_first() -> None:
    search = SMAC(NOW)
    report = warm_start(search, results(EARLIER), max_changed=3)
    kept = [(t, loss) for t, loss in results(EARLIER) if t.configuration["model"] != "svm"]
    assert report.n_used == 0
    assert report.n_enqueued == 3
    assert report.n_dropped == 30 - len(kept)
    assert report.reasons["'model' cannot be 'svm'"] == report.n_dropped
    first = search.ask().configuration
    assert first == map_configuration(kept[0][0].configuration, NOW).configuration
    assert "dropped" in str(report)


def test_fidelities_off_the_ladder_and_repetitions_are_dropped() -> None:
    ladder = geometric_ladder(0.3, eta=3.0)
    one = Configuration({"x": 0.5})
    results_so_far = [
        (Trial(0, one, ladder.rungs[0].fidelity), 1.0),
        (Trial(1, one, ladder.top), 0.5),
        (Trial(2, one, ladder.top), 0.4),
        (Trial(3, Configuration({"x": 0.1}), Fidelity(rows=0.7)), 0.1),
    ]
    report = warm_start(SMAC(SAME, ladder=ladder), results_so_far)
    assert report.n_used == 2
    assert report.reasons == {
        "the result is repeated": 1,
        "the ladder has no such fidelity": 1,
    }


def test_failures_stay_failures() -> None:
    search = SMAC(SAME)
    warm_start(search, [(Trial(0, Configuration({"x": 0.5})), math.inf)])
    assert search.observations[0].failed


def test_a_warm_start_needs_a_new_optimizer() -> None:
    search = SMAC(SAME)
    search.ask()
    with pytest.raises(ValueError, match="restore needs a new optimizer"):
        warm_start(search, [])


def test_the_best_are_repeated_on_request() -> None:
    search = SMAC(EARLIER)
    report = warm_start(search, results(EARLIER), repeat=3)
    assert report.n_used == 30
    assert report.n_enqueued == 3
    best = [trial.configuration for trial, _ in results(EARLIER)[:3]]
    asked = [search.ask() for _ in range(4)]
    assert [trial.configuration for trial in asked[:3]] == best
    assert asked[3].configuration not in {trial.configuration for trial in search.trials[:33]}


def test_a_search_started_after_a_warm_start_can_be_restored() -> None:
    searches = [SMAC(SAME), SMAC(SAME)]
    for search in searches:
        warm_start(search, results(SAME, 8), repeat=2)
    whole, resumed = searches
    for _ in range(5):
        trial = whole.ask()
        whole.tell(trial, abs(float(trial.configuration["x"]) - 0.2))  # type: ignore[arg-type]
    since = whole.observations[whole.n_earlier :]
    resumed.restore([observation.trial for observation in since], since)
    assert resumed.ask() == whole.ask()


def test_warm_started_makes_optimizers() -> None:
    known = WarmStarted(results(EARLIER), "asha", repeat=2)
    assert known.is_multi_fidelity
    assert not WarmStarted([], SMAC).is_multi_fidelity
    assert repr(known) == "WarmStarted(30 results, search='asha', repeat=2)"
    search = known(EARLIER, seed=3)
    assert (search.name, search.seed, search.n_earlier) == ("asha", 3, 30)
    with pytest.warns(WarmStartWarning, match=r"0 results used, .*'model' cannot be 'svm'"):
        known(NOW)


def bowl(trial: Trial, bottom: float) -> float:
    return (float(trial.configuration["x"]) - bottom) ** 2  # type: ignore[arg-type]


def with_source_results(bottom: float, n: int = 11) -> SMAC:
    """Return a search with results of another task, whose minimum is at `bottom`."""
    search = SMAC(SAME)
    tried = [Trial(i, Configuration({"x": i / (n - 1)})) for i in range(n)]
    warm_start(search, [(trial, bowl(trial, bottom)) for trial in tried], other_task=True)
    return search


def test_results_of_another_task_are_not_own_results() -> None:
    search = with_source_results(0.8)
    assert (len(search.trials), search.n_earlier, len(search.archive.source_results)) == (0, 0, 11)
    # The best of the other task is proposed first, although it was tried there.
    assert search.ask().configuration["x"] == 0.8


def next_after(n: int, bottom: float | None) -> float:
    """Return the proposal after n results, and possibly those of another task."""
    search = SMAC(SAME) if bottom is None else with_source_results(bottom)
    search.enqueue([Configuration({"x": 0.2 + 0.6 * i / n}) for i in range(n)])
    for _ in range(n):
        trial = search.ask()
        search.tell(trial, bowl(trial, 0.5))
    return float(search.ask().configuration["x"])  # type: ignore[arg-type]


@pytest.mark.parametrize("bottom", [0.0, 0.8, 1.0])
def test_another_task_guides_the_first_proposals(bottom: float) -> None:
    assert next_after(1, bottom) == pytest.approx(bottom, abs=0.21)


def test_another_task_is_ignored_after_enough_own_results() -> None:
    assert next_after(3, 0.0) != next_after(3, None)
    assert next_after(40, 0.0) == next_after(40, None)


def test_the_weight_of_transferred_results_decreases() -> None:
    weights = [source_weight(n) for n in range(60)]
    assert weights[0] == 0.3
    assert weights[10] == 0.15
    assert weights[40:] == [0.0] * 20
    assert all(one > other for one, other in pairwise(weights[:41]))


@pytest.mark.parametrize("name", ["gaussian-process", "forest"])
def test_results_of_lower_weight_change_a_surrogate_less(name: str) -> None:
    x = np.linspace(0, 1, 20, dtype=np.float32)[:, None]
    moved = []
    for weight in (0.05, 0.3, 1.0):
        model = surrogate_factory(name, 0)(lambda values: values)
        model.fit(x, np.sin(6 * x[:, 0].astype(np.float64)), np.arange(20))
        before = model.predict(x)[0]
        model.assume(x[5:9], np.full(4, 3.0), weight)
        moved.append(np.abs(model.predict(x)[0] - before).mean())
    assert 0 < moved[0] < moved[1] < moved[2]


def test_a_search_with_transferred_results_can_be_restored() -> None:
    whole, resumed = with_source_results(0.6), with_source_results(0.6)
    for _ in range(5):
        trial = whole.ask()
        whole.tell(trial, bowl(trial, 0.2))
    resumed.restore(whole.trials, whole.observations)
    assert resumed.ask() == whole.ask()


def test_failures_on_another_task_are_not_proposed() -> None:
    search = SMAC(SAME)
    tried = [Trial(i, Configuration({"x": i / 4})) for i in range(5)]
    warm_start(search, [(trial, math.inf) for trial in tried], other_task=True)
    assert search.ask().configuration == SAME.default()


def test_a_selection_of_transferred_results_covers_all_ranks() -> None:
    tried = [Trial(i, Configuration({"x": i / 499})) for i in range(500)]
    observations = [Observation(trial, float(trial.number)) for trial in tried]
    source = SourceResults(SAME.view, FULL_ONLY, observations)
    chosen = source.select(np.arange(500))
    assert len(chosen) == MAX_RESULTS_PER_ALGORITHM
    assert (chosen[0], chosen[-1]) == (0, 499)


def test_a_transfer_needs_a_new_optimizer() -> None:
    search = SMAC(SAME)
    search.ask()
    with pytest.raises(ValueError, match="transfer needs a new optimizer"):
        warm_start(search, [], other_task=True)


def test_warm_started_with_another_task() -> None:
    known = WarmStarted(results(SAME), repeat=2, other_task=True)
    assert repr(known) == "WarmStarted(30 results, search='smac', repeat=2, other_task=True)"
    search = known(SAME)
    assert search.n_earlier == 0
    best = [trial.configuration for trial, _ in results(SAME)[:2]]
    assert [search.ask().configuration for _ in range(2)] == best


def test_failures_are_not_tried_again() -> None:
    trials = [Trial(i, Configuration({"x": i / 4})) for i in range(4)]
    losses = [math.inf, math.nan, 0.5, 0.7]
    search = SMAC(SAME)
    report = warm_start(search, zip(trials, losses, strict=True), repeat=3)
    assert (report.n_used, report.n_enqueued) == (4, 2)
    assert [search.ask().configuration["x"] for _ in range(2)] == [0.5, 0.75]
    assert [o.failed for o in search.observations] == [True, True, False, False]


@pytest.mark.parametrize("failure", [math.nan, math.inf])
def test_the_best_changed_configurations_come_first(failure: float) -> None:
    losses = [3.0, failure, 0.5, 0.1]
    results_so_far = [
        (Trial(i, Configuration({"model": "tree", "tree:depth": i + 1, "tree:old": 0.5})), loss)
        for i, loss in enumerate(losses)
    ]
    search = SMAC(NOW)
    assert warm_start(search, results_so_far, max_changed=2).n_enqueued == 2
    assert [search.ask().configuration["tree:depth"] for _ in range(2)] == [4, 3]


def test_of_changed_configurations_those_at_full_fidelity_come_first() -> None:
    results_so_far = [
        (
            Trial(
                i,
                Configuration({"model": "tree", "tree:depth": i + 1, "tree:old": 0.5}),
                Fidelity(share),
            ),
            loss,
        )
        for i, (share, loss) in enumerate([(0.1, 0.1), (1.0, 0.4), (1.0, 0.3)])
    ]
    search = SMAC(NOW)
    warm_start(search, results_so_far, max_changed=3)
    assert [search.ask().configuration["tree:depth"] for _ in range(3)] == [3, 2, 1]
