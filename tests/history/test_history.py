from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from autoskl.core.result import Status
from autoskl.history.history import History
from tests.history.factories import fold, history_of, trial


def test_counts_failures_and_seconds():
    history = history_of([[1.0, math.nan], [2.0, None]], models=["knn", "ridge"])
    assert history.n_failed == 1
    assert [(r.trial.number, f.fold) for r, f in history.failures] == [(0, 1)]
    assert history.seconds_by_family() == {"knn": 3.5, "ridge": 1.5}
    assert history.has_model


def test_an_empty_history():
    history = History()
    assert history.best is None
    assert history.best_loss == math.inf
    assert not history.has_model
    assert history.to_rows() == []


def test_best_is_the_best_ranked():
    history = history_of([[3.0], [1.0], [2.0]])
    assert history.best.trial.number == 1
    assert history.best_loss == 1.0


def test_results_are_kept_in_the_order_of_effect():
    history = History()
    for number in (0, 1):
        history.add_trial(trial(number))
    for number, index in [(1, 0), (0, 0), (1, 1)]:
        history.add_result(trial(number), fold(index, 1.0))
    assert [(row["trial"], row["fold"]) for row in history.to_rows()] == [(1, 0), (0, 0), (1, 1)]


def test_rows_tell_all_numbers():
    (row,) = history_of([[0.5]]).to_rows()
    assert row["configuration"] == {"model": "knn", "knn:k": 0}
    assert (row["loss"], row["status"], row["rows"], row["iterations"]) == (0.5, "ok", 1.0, None)
    assert (row["epochs"], row["curve"]) == (1.0, ())


def test_numbers_of_trials_are_unique():
    history = history_of([[1.0]])
    with pytest.raises(ValueError, match="Trial number 0 is already"):
        history.add_trial(trial(0))


def test_a_pickled_summary_has_no_rows_and_no_predictions():
    history = History()
    asked = history.add_trial(trial(0)).trial
    result = fold(0, 1.0)
    secret = np.full((1, 1000, 1), 3.25)
    object.__setattr__(result, "predictions", secret)
    history.add_result(asked, result)
    data = pickle.dumps(history.summary())
    assert len(data) < 4000
    assert secret[0, :10].tobytes() not in data
    again = pickle.loads(data)
    assert again.best_loss == 1.0
    assert again.to_rows() == history.to_rows()


def test_a_rejected_trial_has_failed_after_all():
    history = history_of([[1.0, math.nan], [2.0, 3.0]])
    history.reject(0, Status.INVALID, "its file is lost")
    assert history.record(0).status == "invalid"
    assert history.record(0).loss() == math.inf
    assert [(f.status, f.reason) for _, f in history.failures] == [
        (Status.INVALID, "its file is lost"),
        (Status.TIMEOUT, "It took too long."),
    ]
    assert history.n_failed == 2
    assert history.best is history.record(1)
    history.reject(1, Status.INVALID, "this one, too")
    assert not history.has_model
