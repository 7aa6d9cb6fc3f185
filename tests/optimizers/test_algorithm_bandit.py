from __future__ import annotations

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, geometric_ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.algorithm_bandit import AlgorithmBandit
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.observation import observe
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, constant, integer, real
from autoskl.space.space import Space, space_of

# No algorithm runs out of configurations, since the size is a real number.
SPACE = space_of(
    choice("model", ["a", "b", "c"]),
    choice("scaled", [True, False]),
    constant("seed", 1),
    real("size", 0.0, 1.0),
    when("model", "a", real("a:x", 0.0, 1.0), choice("a:k", ["u", "v"])),
    when("model", "b", integer("b:n", 1, 9)),
)


def bandit_of(losses: dict[str, list[float]], tolerance: float | None = None) -> AlgorithmBandit:
    archive = Archive(SPACE, FULL_ONLY)
    rng = np.random.default_rng(0)
    for model, values in losses.items():
        for value in values:
            sub = SPACE.restrict("model", [model]).sample(rng, 1)[0]
            trial = Trial(len(archive), sub)
            archive.ask(trial)
            archive.tell(observe(trial, value))
    return AlgorithmBandit(archive, "model", falloff=0.5, tolerance=tolerance)


def test_trials_are_shared_by_rank_and_size() -> None:
    def chosen(losses: dict[str, list[float]]) -> int:
        return bandit_of(losses).select(np.random.default_rng(0))

    assert chosen({"a": [1.0], "b": [2.0]}) == 2
    # Sizes 5, 4 and 3: one more than what can vary. Shares 5/1 : 4/2 : 3/4.
    assert chosen({"a": [1.0], "b": [2.0], "c": [3.0]}) == 0
    assert chosen({"a": [1.0] * 2, "b": [2.0], "c": [3.0]}) == 0
    assert chosen({"a": [1.0] * 3, "b": [2.0], "c": [3.0]}) == 1
    assert chosen({"a": [1.0] * 6, "b": [2.0] * 3, "c": [3.0]}) == 0
    assert chosen({"a": [1.0] * 7, "b": [2.0] * 3, "c": [3.0]}) == 2
    # The same with the smallest first: 3/1 : 4/2 : 5/4.
    assert chosen({"c": [1.0] * 3, "b": [2.0] * 2, "a": [3.0]}) == 0


def trial_counts(losses: dict[str, float], n: int = 60) -> dict[str, int]:
    """Return how many of n trials each algorithm gets if all of its trials have the same loss."""
    counts = dict.fromkeys(losses, 0)
    for number in range(n):
        bandit = bandit_of({model: [losses[model]] * counts[model] for model in losses}, 0.4)
        counts["abc"[bandit.select(np.random.default_rng(number))]] += 1
    return counts


def test_equally_good_algorithms_share_trials_by_size() -> None:
    assert trial_counts({"a": 1.0, "b": 1.0, "c": 1.0}) == {"a": 25, "b": 20, "c": 15}


def test_the_best_algorithm_gets_most_trials_and_every_one_some() -> None:
    counts = trial_counts({"a": 3.0, "b": 2.0, "c": 1.0})
    assert counts["c"] > 30
    assert counts["c"] > counts["b"] > 1
    assert counts["a"] > 1


TWO_RUNGS = geometric_ladder(1 / 9 - 1e-9, eta=9.0)


def bandit_after(results: list[tuple[str, int, float]]) -> AlgorithmBandit:
    """Return the bandit after results of algorithms at one of two rungs."""
    archive = Archive(SPACE, TWO_RUNGS)
    rng = np.random.default_rng(0)
    for model, rung, loss in results:
        configuration = SPACE.restrict("model", [model]).sample(rng, 1)[0]
        trial = Trial(len(archive), configuration, TWO_RUNGS.rungs[rung].fidelity)
        archive.ask(trial)
        archive.tell(observe(trial, loss))
    return AlgorithmBandit(archive, "model", falloff=0.5, tolerance=0.1)


def test_results_at_full_fidelity_supersede_those_at_lower_ones() -> None:
    full = [("a", 1, 5.0), ("a", 1, 5.1), ("b", 1, 4.0), ("b", 1, 4.1), ("c", 1, 5.2)]
    bandit = bandit_after([("a", 0, 1.0), *full])
    assert bandit.select(np.random.default_rng(0)) == 1


def test_algorithms_without_full_results_are_judged_by_lower_fidelities() -> None:
    full = [("a", 1, 5.0), ("a", 1, 5.1), ("b", 1, 4.0), ("b", 1, 4.1)]
    # Better than every full result, or worse than all; both have cost little so far.
    assert bandit_after([*full, ("c", 0, 3.0)]).select(np.random.default_rng(0)) == 2
    assert bandit_after([*full, *[("c", 0, 9.0)] * 9]).select(np.random.default_rng(0)) == 1


def test_ranks_decide_as_long_as_there_are_few_full_results() -> None:
    bandit = bandit_after([("a", 0, 1.0), ("b", 0, 2.0), ("c", 0, 3.0), ("b", 1, 1.5)])
    assert bandit.select(np.random.default_rng(0)) == 0


def test_every_algorithm_is_tried_first() -> None:
    counts = trial_counts({"a": np.inf, "b": 2.0, "c": np.inf}, 3)
    assert counts == {"a": 1, "b": 1, "c": 1}


def test_algorithms_of_small_prior_weight_join_later() -> None:
    space = space_of(
        choice("model", ["a", "b"], weights=[4, 1]), when("model", ["a", "b"], real("x", 0.0, 1.0))
    )
    archive = Archive(space, FULL_ONLY)
    chosen = []
    for number in range(8):
        chosen.append(AlgorithmBandit(archive, "model").select(np.random.default_rng(number)))
        trial = Trial(number, Configuration({"model": "ab"[chosen[-1]], "x": number / 8}))
        archive.ask(trial)
        archive.tell(observe(trial, 1.0))
    # The second is a quarter as likely: it joins after twice three trials.
    assert chosen[:7] == [0] * 6 + [1]


def test_a_subspace_has_the_configurations_of_its_algorithm() -> None:
    bandit = AlgorithmBandit(Archive(SPACE, FULL_ONLY), "model")
    for arm in range(3):
        rows = bandit.sample(np.random.default_rng(0), 30, arm)
        subspace = bandit.subspace(arm)
        assert subspace.view.decode_rows(subspace.project(rows)) == SPACE.view.decode_rows(rows)
        assert len(subspace.view) < len(SPACE.view)
        for configuration in subspace.view.decode_rows(
            subspace.view.sample(np.random.default_rng(1), 20)
        ):
            SPACE.validate(configuration)


def bandit_in(space: Space, tried: list[Configuration]) -> AlgorithmBandit:
    """Return the bandit of a space after equal results of some configurations."""
    archive = Archive(space, FULL_ONLY)
    for number, configuration in enumerate(tried):
        trial = Trial(number, configuration)
        archive.ask(trial)
        archive.tell(observe(trial, 1.0))
    return AlgorithmBandit(archive, "model")


def test_algorithms_without_new_configurations_are_skipped() -> None:
    space = space_of(choice("model", ["a", "b", "c"]), when("model", "c", integer("n", 1, 9)))
    tried = [Configuration({"model": "a"}), Configuration({"model": "b"})]
    tried += [Configuration({"model": "c", "n": n}) for n in range(1, 10)]
    for n in range(2, len(tried)):
        assert bandit_in(space, tried[:n]).select(np.random.default_rng(0)) == 2
    # All have been tried: any algorithm will do.
    assert bandit_in(space, tried).select(np.random.default_rng(0)) in range(3)


def test_if_all_that_have_joined_are_exhausted_the_next_one_joins() -> None:
    space = space_of(
        choice("model", ["a", "b", "c"], weights=[9, 1, 3]),
        when("model", ["b", "c"], real("x", 0.0, 1.0)),
    )
    for seed in range(5):
        bandit = bandit_in(space, [Configuration({"model": "a"})])
        assert bandit.select(np.random.default_rng(seed)) == 2


def test_the_choice_depends_on_what_was_tried_and_not_on_earlier_choices() -> None:
    space = space_of(
        choice("model", ["a", "b", "c"]),
        when("model", "a", integer("n", 1, 6)),
        when("model", "b", choice("k", ["u", "v", "w"]), integer("m", 1, 2)),
        when("model", "c", real("x", 0.0, 1.0)),
    )
    kept = bandit_in(space, [])
    for number, configuration in enumerate(space.sample(np.random.default_rng(0), 60)):
        tried = [trial.configuration for trial in kept.archive.trials]
        chosen = bandit_in(space, tried).select(np.random.default_rng(number))
        assert kept.select(np.random.default_rng(number)) == chosen
        kept.archive.ask(Trial(number, configuration))
        kept.archive.tell(observe(kept.archive[number], 1.0))
    assert chosen == 2


def test_algorithms_without_a_valid_configuration_do_not_take_part() -> None:
    algorithms = choice("model", ["a", "b", "c"], weights=[9, 1, 1])
    numbers = when("model", ["b", "c"], real("x", 0.0, 1.0))
    bandit = bandit_in(space_of(algorithms, numbers, forbid({"model": "a"})), [])
    # The others join at once, although the first is likelier.
    assert {bandit.select(np.random.default_rng(seed)) for seed in range(20)} == {1, 2}


def test_if_no_algorithm_of_positive_weight_is_valid_the_default_is_chosen() -> None:
    algorithms = choice("model", ["a", "b", "c"], weights=[1, 0, 0])
    numbers = when("model", ["b", "c"], real("x", 0.0, 1.0))
    bandit = bandit_in(space_of(algorithms, numbers, forbid({"model": "a"})), [])
    arm = bandit.select(np.random.default_rng(0))
    assert bandit.defaults(arm) == [bandit.archive.view.space.default()]
