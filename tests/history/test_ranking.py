from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.history.ranking import paired_losses, rank_trials
from tests.history.factories import history_of


def order(history):
    return [record.trial.number for record in rank_trials(history.records)]


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


def paired_one_by_one(records):
    """The same levels, each mean on its own."""
    losses = {
        r.trial.number: {f: loss for f, loss in r.fold_losses().items() if math.isfinite(loss)}
        for r in records
    }
    most = max(map(len, losses.values()))
    means = {n: float(np.mean([*f.values()])) for n, f in losses.items() if len(f) == most}
    reference = min(means, key=lambda number: (means[number], number))
    base = losses[reference]
    levels = {}
    for number, folds in losses.items():
        shared = [loss - base[fold] for fold, loss in folds.items() if fold in base]
        if folds.keys() == base.keys():
            levels[number] = means[number]
        else:
            levels[number] = means[reference] + np.mean(shared) if shared else math.inf
    return levels


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.floats(-9, 9)), min_size=11, max_size=11), min_size=1
    ).filter(lambda rows: any(loss is not None for row in rows for loss in row))
)
def test_trials_compared_together_have_the_very_losses_that_they_have_one_by_one(losses):
    records = history_of(losses).records
    assert paired_losses(records) == paired_one_by_one(records)
