from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.core.result import Status, failed_fold
from autoskl.history.trial_record import TrialRecord
from tests.history.factories import fold, trial


def record_of(*results):
    record = TrialRecord(trial(0))
    for result in results:
        record.add(result)
    return record


def test_losses_of_a_plain_model():
    record = record_of(fold(0, 1.0), fold(2, 3.0))
    assert record.ok_folds == (0, 2)
    assert dict(record.fold_losses()) == {0: 1.0, 2: 3.0}
    assert record.loss() == 2.0
    assert record.loss([2]) == 3.0
    assert record.loss([0, 1]) == math.inf
    assert record.iteration is None
    assert record.iteration_of(0) is None
    assert record.predictions(2).tolist() == [[20_000.0]] * 3
    assert record.rows(2).tolist() == [6, 7, 8]


def test_name_is_the_model_unless_given():
    assert TrialRecord(trial(0, "knn")).name == "knn"
    assert TrialRecord(trial(0, "knn"), "neighbours").name == "neighbours"


def test_a_failed_fold_makes_the_trial_fail():
    record = TrialRecord(trial(0))
    assert record.status == "pending"
    assert record.loss() == math.inf
    record.add(fold(0, 1.0))
    assert (record.failed, record.status) == (False, "ok")
    record.add(failed_fold(1, Status.MEMORY, "too large"))
    assert (record.failed, record.status, record.ok_folds) == (True, "memory", (0,))
    assert record.loss() == 1.0


def test_a_stopped_training_has_a_loss_and_says_that_it_was_stopped():
    stopped = replace(fold(0, 1.0), status=Status.STOPPED, reason="by its curve")
    record = record_of(stopped, fold(1, 3.0))
    assert (record.failed, record.status, record.loss()) == (False, "stopped", 2.0)
    record.add(failed_fold(2, Status.MEMORY, "too large"))
    assert record.status == "memory"


def test_a_fold_has_one_result():
    with pytest.raises(ValueError, match="Fold 0 of trial 0 already has a result"):
        record_of(fold(0, 1.0), fold(0, 1.0))


def test_results_without_losses_are_refused():
    with pytest.raises(ValueError, match="one loss per checkpoint"):
        record_of(fold(0, (1.0, 2.0), (1, 2, 3)))


def test_all_folds_share_the_minimum_of_the_mean_curve():
    record = record_of(fold(0, (3, 1, 2), (1, 2, 4)), fold(1, (3, 2, 0), (1, 2, 4)))
    assert record.learning_curve.iterations == (1, 2, 4)
    assert record.learning_curve.losses == (3.0, 1.5, 1.0)
    assert record.iteration == 4
    assert dict(record.fold_losses()) == {0: 2, 1: 0}
    assert record.predictions(0)[0, 0] == 4
    assert record.predictions(1)[0, 0] == 10_004


def test_a_fold_that_stopped_early_keeps_its_last_loss_and_the_window_its_first():
    early, late = fold(0, (2.0, 1.0), (1, 2)), fold(1, (1.5, 1.0), (4, 8))
    record = record_of(early, late)
    assert record.learning_curve.iterations == (1, 2, 4, 8)
    # Trial: the early fold is continued by 1.0, the late one is begun by 1.5.
    assert record.learning_curve.losses == (1.75, 1.25, 1.25, 1.0)
    assert [record.iteration_of(0), record.iteration_of(1)] == [2, 8]


def test_of_equal_iterations_the_fewest_are_taken():
    assert record_of(fold(0, (1.0, 1.0), (1, 2))).iteration == 1


def test_the_shared_iteration_moves_with_new_folds_until_it_is_settled():
    record = record_of(fold(0, (1, 2), (1, 2)))
    assert record.iteration == 1
    record.add(fold(1, (5, 1), (1, 2)))
    assert record.iteration == 2
    record.settle_iteration()
    record.add(fold(2, (0, 50), (1, 2)))
    assert record.iteration == 2
    assert record.loss([2]) == 50
    assert [record.folds[f].predictions.shape for f in range(3)] == [(1, 3, 1)] * 3
    assert record.folds[2].predictions.base is None
    assert record.iteration_of(2) == 2
    assert record.predictions(2)[0, 0] == record.predictions(2, cross_fitted=True)[0, 0] == 20_002
    assert record.folds[0].predictions.shape == (1, 3, 1)
    assert record.folds[0].predictions.base is None
    assert record.predictions(0)[0, 0] == 2


curves = st.lists(
    st.tuples(
        st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True).map(sorted),
        st.lists(st.floats(0, 9), min_size=6, max_size=6),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=100)
@given(curves)
def test_laws_of_the_shared_iteration(windows):
    folds = [
        fold(number, losses[: len(window)], [i + 1 for i in window])
        for number, (window, losses) in enumerate(windows)
    ]
    record = record_of(*folds)
    # The record's loss is the least of the mean curve, and no better than free choices per fold.
    assert record.loss() == pytest.approx(min(record.learning_curve.losses))
    assert record.loss() >= np.mean([min(result.losses) for result in folds]) - 1e-9
    # The order of the folds does not matter.
    assert record_of(*reversed(folds)).iteration == record.iteration
    # Settling changes neither losses nor predictions.
    before = dict(record.fold_losses()), [record.predictions(f).tolist() for f in record.ok_folds]
    record.settle_iteration()
    after = dict(record.fold_losses()), [record.predictions(f).tolist() for f in record.ok_folds]
    assert before == after


def test_a_summary_holds_numbers_only():
    record = record_of(
        fold(0, (1, 2), (1, 2), model=object()), failed_fold(1, Status.CRASHED, "signal 11")
    )
    summary = record.summary()
    assert summary.loss() == record.loss()
    assert (summary.iteration, summary.status) == (1, "crashed")
    assert summary.learning_curve == record.learning_curve
    assert summary.folds[0].predictions.size == summary.folds[0].rows.size == 0
    assert summary.folds[0].model is None
    assert pickle.loads(pickle.dumps(summary)).loss() == 1
    assert record.predictions(0).size == 3


def test_folds_on_which_the_metric_is_undefined_have_no_loss():
    record = TrialRecord(trial(0), undefined_folds=[1])
    record.add(fold(0, 0.5))
    record.add(fold(1, math.inf))
    assert dict(record.fold_losses()) == {0: 0.5}
    assert record.loss() == record.loss([0, 1]) == 0.5
    assert record.ok_folds == (0, 1)
    record.set_undefined_folds([])
    assert record.loss() == math.inf
    record.set_undefined_folds([1])
    assert record.summary().loss() == 0.5


def test_crossed_predictions_are_at_the_iteration_that_the_other_folds_share():
    first, second = fold(0, (3, 1, 2), (1, 2, 4)), fold(1, (3, 2, 0), (1, 2, 4))
    record = record_of(first, second)
    assert record.predictions(1)[0, 0] == 10_004
    assert record.predictions(1, cross_fitted=True)[0, 0] == 10_002  # fold 0 has its minimum there
    assert record.predictions(0, cross_fitted=True)[0, 0] == record.predictions(0)[0, 0] == 4
    record.settle_iteration()
    assert record.predictions(1, cross_fitted=True)[0, 0] == 10_002
    assert record.predictions(0, cross_fitted=True)[0, 0] == 4


def test_models_without_iterations_and_single_folds_are_crossed_with_themselves():
    record = record_of(fold(0, (1.0,)), fold(1, (2.0,)))
    np.testing.assert_array_equal(record.predictions(0, cross_fitted=True), record.predictions(0))
    record = record_of(fold(0, (3, 1, 2), (1, 2, 4)))
    np.testing.assert_array_equal(record.predictions(0, cross_fitted=True), record.predictions(0))
