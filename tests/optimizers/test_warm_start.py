from __future__ import annotations

import math

import numpy as np
import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.errors import WarmStartWarning
from autoskl.core.fidelity import Fidelity, geometric_ladder
from autoskl.core.trial import Trial
from autoskl.optimizers import OPTIMIZER_NAMES, SMAC, WarmStarted, optimizer_class
from autoskl.optimizers.warm_start import mapped, warm_start
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


def test_the_same_space_needs_no_mapping() -> None:
    for configuration in EARLIER.sample(np.random.default_rng(0), 20):
        assert mapped(configuration, EARLIER).configuration == configuration
        assert mapped(configuration, EARLIER).is_exact


def test_what_is_changed_is_said() -> None:
    found = mapped({"model": "tree", "tree:depth": 3, "tree:old": 0.5}, NOW)
    assert found.configuration == Configuration({"model": "tree", "tree:depth": 3, "scaled": True})
    assert found.reasons == ("the space has no 'tree:old'", "'scaled' is new")
    found = mapped({"model": "knn", "knn:k": 40}, NOW)
    assert found.configuration == Configuration({"model": "knn", "knn:k": 5, "scaled": True})
    assert "'knn:k' cannot be 40" in found.reasons


def test_what_has_no_place() -> None:
    assert mapped({"model": "svm"}, NOW).configuration is None
    assert mapped({"other": 1}, NOW).configuration is None
    space = space_of(choice("a", [1, 2]), choice("b", [1, 2]), forbid({"a": 1, "b": 1}))
    found = mapped({"a": 1, "b": 1}, space)
    assert found.configuration is None
    assert found.reasons == ("the combination is forbidden",)


@pytest.mark.parametrize("name", [n for n in OPTIMIZER_NAMES if not n.startswith("optuna")])
def test_an_optimizer_goes_on_from_the_results_of_another(name: str) -> None:
    optimizer = optimizer_class(name)(EARLIER)
    report = warm_start(optimizer, results(EARLIER))
    assert report.n_told == len(optimizer.observations) == 30
    assert not report.reasons
    asked = optimizer.ask()
    assert asked.number == 30
    assert asked.configuration not in {trial.configuration for trial in optimizer.trials[:30]}


def test_knowledge_is_used() -> None:
    tried = [Configuration({"x": i / 10}) for i in range(11)]
    told = [(Trial(i, c), (i / 10 - 0.7) ** 2) for i, c in enumerate(tried)]
    search = SMAC(SAME)
    warm_start(search, told)
    assert float(search.ask().configuration["x"]) == pytest.approx(0.7, abs=0.12)  # type: ignore[arg-type]


def test_what_had_to_be_changed_is_tried_again_the_best_first() -> None:
    search = SMAC(NOW)
    report = warm_start(search, results(EARLIER), most=3)
    kept = [(t, loss) for t, loss in results(EARLIER) if t.configuration["model"] != "svm"]
    assert report.n_told == 0
    assert report.n_enqueued == 3
    assert report.n_left_out == 30 - len(kept)
    assert report.reasons["'model' cannot be 'svm'"] == report.n_left_out
    first = search.ask().configuration
    assert first == mapped(kept[0][0].configuration, NOW).configuration
    assert "left out" in str(report)


def test_fidelities_off_the_ladder_and_repetitions_are_left_out() -> None:
    ladder = geometric_ladder(0.3, eta=3.0)
    one = Configuration({"x": 0.5})
    told = [
        (Trial(0, one, ladder.rungs[0].fidelity), 1.0),
        (Trial(1, one, ladder.top), 0.5),
        (Trial(2, one, ladder.top), 0.4),
        (Trial(3, Configuration({"x": 0.1}), Fidelity(rows=0.7)), 0.1),
    ]
    report = warm_start(SMAC(SAME, ladder=ladder), told)
    assert report.n_told == 2
    assert report.reasons == {
        "the configuration was told already": 1,
        "the ladder has no such fidelity": 1,
    }


def test_failures_stay_failures() -> None:
    search = SMAC(SAME)
    warm_start(search, [(Trial(0, Configuration({"x": 0.5})), math.inf)])
    assert search.observations[0].failed


def test_an_optimizer_that_was_asked() -> None:
    search = SMAC(SAME)
    search.ask()
    with pytest.raises(ValueError, match="restore needs a new optimizer"):
        warm_start(search, [])


def test_the_best_are_repeated_where_models_are_wanted() -> None:
    search = SMAC(EARLIER)
    report = warm_start(search, results(EARLIER), repeat=3)
    assert report.n_told == 30
    assert report.n_enqueued == 3
    best = [trial.configuration for trial, _ in results(EARLIER)[:3]]
    asked = [search.ask() for _ in range(4)]
    assert [trial.configuration for trial in asked[:3]] == best
    assert asked[3].configuration not in {trial.configuration for trial in search.trials[:33]}


def test_a_search_begun_after_a_warm_start_can_be_restored() -> None:
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


def test_what_makes_a_warm_started_optimizer() -> None:
    known = WarmStarted(results(EARLIER), "asha", repeat=2)
    assert known.climbs
    assert not WarmStarted([], SMAC).climbs
    assert repr(known) == "WarmStarted(30 results, search='asha', repeat=2)"
    search = known(EARLIER, seed=3)
    assert (search.name, search.seed, search.n_earlier) == ("asha", 3, 30)
    with pytest.warns(WarmStartWarning, match=r"0 results told, .*'model' cannot be 'svm'"):
        known(NOW)
