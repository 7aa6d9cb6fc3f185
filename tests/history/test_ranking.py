from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.history.ranking import paired_losses, ranked
from tests.history.made_up import history_of


def order(history):
    return [record.trial.number for record in ranked(history.records)]


def test_complete_trials_are_ranked_by_their_means():
    assert order(history_of([[3, 3], [1, 2], [2, 0]])) == [2, 1, 0]


def test_an_easy_fold_lifts_no_one():
    # Fold 0 is easy: 0.2 on it is worse than what the complete trial has there.
    history = history_of([[0.1, 0.9], [0.2, None]])
    assert order(history) == [0, 1]
    assert paired_losses(history.records) == {0: 0.5, 1: 0.6}


def test_ties_go_to_the_earlier_trial_and_failures_last():
    assert order(history_of([[math.nan, math.nan], [1, 1], [1, 1]])) == [1, 2, 0]


def test_nothing_to_rank():
    assert paired_losses([]) == {}
    assert paired_losses(history_of([[None]]).records) == {0: math.inf}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 100), *[st.one_of(st.none(), st.integers(0, 100))] * 2),
        min_size=1,
        max_size=6,
    )
)
def test_every_trial_has_a_place_and_better_everywhere_is_ahead(losses):
    history = history_of(losses)
    assert sorted(order(history)) == list(range(len(losses)))
    better = [None if loss is None else loss - 1 for loss in losses[-1]]
    after = order(history_of([*losses, better]))
    assert after.index(len(losses)) < after.index(len(losses) - 1)
