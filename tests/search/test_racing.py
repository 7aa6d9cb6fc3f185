from __future__ import annotations

import math

import pytest

from autoskl.core.trial import Unit
from autoskl.search.racing import Racing
from autoskl.search.standings import contenders, is_hopeless, standings
from tests.search.records import make_record, make_trial

RACING = Racing(n_core=3, n_folds=9, out_of_bag=True)


def numbers(ranking):
    return [standing.record.trial.number for standing in ranking]


def test_trials_are_compared_on_shared_folds():
    # Fold 1 is hard: the plain mean would put trial 1, which has not seen it, first.
    full = make_record(0, {0: 0.30, 1: 0.90, 2: 0.30})
    partial = make_record(1, {0: 0.35})
    ranking = standings([full, partial])
    assert numbers(ranking) == [0, 1]
    assert ranking[1].loss == pytest.approx(0.55)


def test_without_results_a_trial_comes_last():
    ranking = standings([make_record(0, {}), make_record(1, {0: 0.5})])
    assert numbers(ranking) == [1, 0]
    assert math.isinf(ranking[1].loss)


def test_contenders_are_those_that_nothing_clearly_beats_the_best_first():
    best = make_record(0, {0: 0.3, 1: 0.31})
    close = make_record(1, {0: 0.29, 1: 0.33})
    worse = make_record(2, {0: 0.5, 1: 0.52})
    assert contenders([worse, close, best]) == [best, close]
    assert contenders([make_record(0, {}, failed=(0,))]) == []


def test_clearly_worse_on_two_folds_is_hopeless_and_on_one_is_not():
    best = make_record(0, {0: 0.3, 1: 0.4, 2: 0.3})
    worse = make_record(1, {0: 0.5, 1: 0.6})
    unlucky = make_record(2, {0: 0.5})
    close = make_record(3, {0: 0.29, 1: 0.42})
    verdicts = [is_hopeless(record, best) for record in (best, worse, unlucky, close)]
    assert verdicts == [False, True, False, False]


def test_the_first_unit_is_one_fold_or_all_at_once_for_forests():
    linear, forest = make_trial(0), make_trial(1, "random_forest")
    assert RACING.first(linear) == Unit(linear, (0,))
    assert RACING.first(forest) == Unit(forest, (0, 1, 2))
    by_folds = Racing(n_core=3, n_folds=9, out_of_bag=False)
    assert by_folds.first(forest) == Unit(forest, (0,))


def test_members_of_the_ensemble_are_finished_first():
    records = [make_record(0, {0: 0.3}), make_record(1, {0: 0.4}), make_record(2, {0: 0.5})]
    unit = RACING.next_core(records, weighted={2}, under_way=())
    assert unit == Unit(records[2].trial, (1,))


def test_then_the_most_promising():
    records = [make_record(0, {0: 0.4}), make_record(1, {0: 0.3})]
    assert RACING.next_core(records, (), ()) == Unit(records[1].trial, (1,))


def test_what_is_under_way_is_not_started_again():
    record = make_record(0, {0: 0.4})
    assert RACING.next_core([record], (), {(0, 1)}) == Unit(record.trial, (2,))
    assert RACING.next_core([record], (), {(0, 1), (0, 2)}) is None


def test_the_hopeless_and_the_failed_are_left_alone():
    best = make_record(0, {0: 0.3, 1: 0.3, 2: 0.3})
    hopeless = make_record(1, {0: 0.9, 1: 0.9})
    failed = make_record(2, {0: 0.2}, failed=(1,))
    assert RACING.next_core([best, hopeless, failed], (), ()) is None
    assert RACING.next_core([best, hopeless], {1}, ()) == Unit(hopeless.trial, (2,))


def test_leaders_get_new_shuffles_in_turn():
    first = make_record(0, {0: 0.3, 1: 0.3, 2: 0.3})
    second = make_record(1, {0: 0.3, 1: 0.3, 2: 0.3})
    assert RACING.next_repeat([first, second], ()) == Unit(first.trial, (3,))
    under_way = {(0, 3), (0, 4), (0, 5)}
    assert RACING.next_repeat([first, second], under_way) == Unit(second.trial, (3,))
    every = {(n, f) for n in (0, 1) for f in range(3, 9)}
    assert RACING.next_repeat([first, second], every) is None


def test_a_forest_gets_a_whole_shuffle_at_once():
    forest = make_record(0, {0: 0.3, 1: 0.3, 2: 0.3}, model="extra_trees")
    assert RACING.next_repeat([forest], ()) == Unit(forest.trial, (3, 4, 5))
