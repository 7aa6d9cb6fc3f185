from __future__ import annotations

import numpy as np

from autoskl.metalearning.learning.evidence import Evidence
from autoskl.metalearning.learning.greedy import PortfolioLearner, SelectionRule
from tests.metalearning.learning.evidence_factories import candidates, evidence, regression_task


def portfolio(known: Evidence, rule: SelectionRule | None = None, length: int = 5) -> list[int]:
    return PortfolioLearner(known, [0, 1]).portfolio(rule or SelectionRule(0.0), length, first=0)


def test_the_best_comes_after_the_first() -> None:
    known = evidence([[1.0, 0.9, 0.8, 0.2, 0.9]] * 6)
    assert portfolio(known)[:2] == [0, 3]


def test_a_specialist_comes_before_a_copy_of_the_best() -> None:
    tasks = [regression_task(f"a{i}", [1, 0.9, 0.2, 0.21, 0.9], seed=i) for i in range(6)]
    # Candidate 3 repeats candidate 2; candidate 4 is the only one that is good on other tasks.
    for task in tasks:
        task.validation[3], task.test[3] = task.validation[2], task.test[2]
    others = [regression_task(f"b{i}", [1, 0.9, 0.9, 0.9, 0.3], seed=9 + i) for i in range(3)]
    order = portfolio(Evidence(candidates(), (*tasks, *others)))
    assert 4 in order[1:3]
    assert len({2, 3} & set(order[1:3])) == 1


def test_ties_go_to_the_fastest_candidate() -> None:
    known = evidence([[1.0, 0.3, 0.3, 0.9, 0.9]] * 6, [0.1, 9.0, 0.1, 0.1, 0.1])
    assert portfolio(known, SelectionRule(0.5))[:2] == [0, 2]


def test_time_counts_by_its_logarithm() -> None:
    errors = [1.0, 0.5, 0.3, 0.9, 0.9]
    # A little better and slow: late in a list for a short time, early where all else is slow too.
    slow_among_quick = evidence([errors] * 6, [0.1, 0.1, 60.0, 0.1, 0.1])
    slow_among_slow = evidence([errors] * 6, [60.0, 50.0, 60.0, 50.0, 50.0])
    assert portfolio(slow_among_quick, SelectionRule())[1] == 1
    assert portfolio(slow_among_slow, SelectionRule())[1] == 2


def test_gains_after_the_horizon_do_not_count() -> None:
    known = evidence([[1.0, 0.9, 0.1, 0.9, 0.9]] * 3, [10_000.0, 0.1, 0.1, 0.1, 0.1])
    assert sorted(portfolio(known, SelectionRule())) == [0, 1, 2, 3, 4]


def test_candidates_tried_on_few_tasks_are_not_chosen() -> None:
    known = evidence([[1.0, 0.9, 0.8, 0.1, 0.9]] * 10)
    for task in known.tasks[1:]:
        task.validation[3] = task.test[3] = task.seconds[3] = np.nan
    assert 3 not in portfolio(known)


def test_groups_share_their_weight() -> None:
    alone = regression_task("alone", [1, 0.5])
    twins = [regression_task("twin", [1, 0.5], seed=i) for i in (1, 2)]
    learner = PortfolioLearner(Evidence(candidates(2), (alone, *twins)), [0])
    weights = learner.weights(SelectionRule())
    np.testing.assert_allclose(weights[1] + weights[2], weights[0], rtol=0.2)


def test_tables_of_similar_size_weigh_most() -> None:
    small = regression_task("small", [1, 0.5], rows=300)
    large = regression_task("large", [1, 0.5], rows=30_000)
    learner = PortfolioLearner(Evidence(candidates(2), (small, large)), [0])
    for centre, most in ((300.0, 0), (30_000.0, 1)):
        assert int(np.argmax(learner.weights(SelectionRule(0.0, centre)))) == most


def test_no_family_takes_all_early_positions() -> None:
    errors = [1.0, 0.9, 0.9, 0.9, 0.9] + [1.0, 0.2, 0.9, 0.9, 0.9] * 5
    known = evidence([errors] * 5)
    families = [known.candidates[i].family for i in portfolio(known, length=10)]
    assert families.count("lightgbm") <= 4
    assert len(set(families[:5])) >= 3
