from __future__ import annotations

from dataclasses import replace

import pytest

from autoskl.core.result import Status, failed_fold
from autoskl.history.learning_curve import epoch_curve, mean_curve, was_cut_short
from tests.history.factories import fold


def whole(number):
    return fold(number, (0.5, 0.3, 0.4), checkpoints=(20, 40, 80))


@pytest.mark.parametrize(("last", "cut"), [(1, True), (19, True), (20, False), (90, False)])
def test_a_fold_that_ended_before_the_others_were_good_was_cut_short(last, cut):
    ended = fold(2, (2.0,), checkpoints=(last,))
    assert was_cut_short(replace(ended, out_of_time=True), [whole(0), whole(1)]) is cut


def test_a_fold_that_stopped_early_by_itself_was_not_cut_short():
    assert not was_cut_short(fold(2, (2.0,), checkpoints=(1,)), [whole(0), whole(1)])


def test_what_has_no_iterations_or_nothing_beside_it_cannot_be_told():
    short = replace(fold(2, (2.0,), checkpoints=(1,)), out_of_time=True)
    assert not was_cut_short(short, [])
    assert not was_cut_short(short, [fold(0, 0.4), failed_fold(1, Status.TIMEOUT, "late")])
    assert not was_cut_short(replace(fold(2, 2.0), out_of_time=True), [whole(0)])


def test_the_mean_curve_of_whole_folds_has_their_minimum():
    curve = mean_curve([whole(0), whole(1)])
    assert curve is not None
    assert curve.best == 40


def test_the_curve_by_epochs_is_the_mean_of_the_folds_that_have_one():
    curves = [(3.0, 1.0, 5.0), (1.0, 2.0), ()]
    results = [replace(fold(i, 1.0), curve=curve) for i, curve in enumerate(curves)]
    assert epoch_curve(results) == (2.0, 1.5)
    assert epoch_curve(results[2:]) == ()
