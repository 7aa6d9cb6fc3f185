from __future__ import annotations

import json
import math
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autoskl import AutoClassifier
from autoskl.core.configuration import Configuration
from autoskl.core.errors import DataWarning
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial
from autoskl.history.entries import (
    result_entry,
    trial_entry,
    undefined_folds_entry,
    unit_entry,
)
from autoskl.history.run_view import history_from_entries, view_run
from autoskl.reports.incumbent import incumbent


def a_trial(number: int, key: int = 0) -> dict:
    return trial_entry(Trial(number, Configuration({"model": "linear", "key": key}), origin="smac"))


def a_result(number: int, fold: int, *losses: float, start: int = 1, cut: bool = False) -> dict:
    checkpoints = tuple(range(start, start + len(losses))) if len(losses) > 1 else ()
    rows, nothing = np.empty(0, np.intp), np.empty((len(losses), 0, 0))
    result = FoldResult(
        fold, Status.OK, rows, nothing, checkpoints=checkpoints, losses=losses, out_of_time=cut
    )
    return unit_entry(number, [result_entry(result, None, None)])


def test_a_history_is_rebuilt_from_its_entries():
    failed = failed_fold(0, Status.TIMEOUT, "too slow", 9.0)
    failure = unit_entry(1, [result_entry(failed, None, None)])
    entries = [{"kind": "session"}, a_trial(0), a_result(0, 0, 0.5), a_trial(1, 1), failure]
    history = history_from_entries(entries, n_core=2)
    assert [record.name for record in history.records] == ["linear", "linear"]
    assert history.records[0].loss() == 0.5
    [(record, result)] = history.failures
    assert (record.trial.number, result.reason, result.fit_seconds) == (1, "too slow", 9.0)


def test_of_two_trials_with_one_number_the_later_counts():
    entries = [a_trial(0), a_result(0, 0, 0.5), a_trial(0, key=1), a_result(0, 0, 0.25)]
    history = history_from_entries(entries, n_core=2)
    assert [record.loss() for record in history.records] == [0.25]


def test_iterations_are_settled_when_the_core_folds_are_there():
    complete = [a_trial(0), a_result(0, 0, 3.0, 1.0), a_result(0, 1, 3.0, 1.0)]
    later = a_result(0, 2, 0.0, 9.0)
    assert history_from_entries([*complete, later], n_core=2).records[0].iteration == 2
    assert history_from_entries([*complete, later], n_core=3).records[0].iteration == 1


def test_entries_without_results_give_trials_without_loss():
    history = history_from_entries([a_trial(0)], n_core=2)
    assert history.best is None
    assert math.isinf(history.best_loss)


def test_folds_on_which_the_metric_is_undefined_have_no_loss():
    entries = [a_trial(0), a_result(0, 0, math.inf), a_result(0, 1, 0.5)]
    assert math.isinf(history_from_entries(entries, n_core=2).records[0].loss())  # as in older runs
    undefined = json.loads(json.dumps(undefined_folds_entry({0, 7})))
    history = history_from_entries([*entries, undefined], n_core=2)
    assert history.undefined_folds == {0, 7}
    assert history.records[0].loss() == 0.5
    assert history.summary().undefined_folds == {0, 7}


def test_on_a_share_of_the_rows_iterations_are_settled_on_the_first_fold_with_a_score():
    trial = trial_entry(Trial(0, Configuration({"model": "linear"}), Fidelity(rows=0.5)))
    first, later = a_result(0, 1, 3.0, 1.0), a_result(0, 2, 0.0, 9.0)
    entries = [trial, undefined_folds_entry([0]), first, later]
    assert history_from_entries(entries, n_core=3).records[0].iteration == 2


def test_what_the_time_cut_short_has_no_effect():
    entries = [a_trial(0), a_result(0, 0, 3.0, 1.0, start=8), a_result(0, 1, 9.0, 8.0, cut=True)]
    (record,) = history_from_entries(
        [{"kind": "session", "timed": True}, *entries], n_core=2
    ).records
    assert record.ok_folds == (0,)
    (record,) = history_from_entries(
        [{"kind": "session", "timed": False}, *entries], n_core=2
    ).records
    assert record.ok_folds == (0, 1)


def test_a_run_is_seen_as_it_was_although_the_metric_is_undefined_on_a_fold(tmp_path: Path) -> None:
    y = np.zeros(120, int)
    y[:4] = 1  # one of five folds has none of them
    X = np.random.default_rng(0).normal(size=(120, 3)) + y[:, np.newaxis]
    model = AutoClassifier(
        include=["linear", "gaussian_naive_bayes"],
        scoring="roc_auc",
        cv=5,
        n_trials=3,
        time_limit=None,
        random_state=0,
        run_directory=tmp_path,
    )
    with pytest.warns(DataWarning, match="roc_auc is undefined on 1 of 5 folds"):
        model.fit(X, y)
    seen = view_run(tmp_path)
    pd.testing.assert_frame_equal(seen.leaderboard(), model.leaderboard_)
    assert np.isfinite(seen.leaderboard()["score"]).all()
    assert sum(fold < 5 for fold in seen.history.undefined_folds) == 1


def places(history) -> list[tuple[int, int]]:
    return [(record.trial.number, result.fold) for record, result in history.results]


def test_results_of_a_run_are_in_the_order_in_which_they_took_effect(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(200, 3))
    y = (X[:, 0] + np.random.default_rng(1).normal(size=200) > 0).astype(int)
    model = AutoClassifier(
        include=["linear", "gaussian_naive_bayes", "linear_discriminant"],
        cv=3,
        n_trials=6,
        time_limit=None,
        random_state=0,
        run_directory=tmp_path,
    ).fit(X, y)
    seen = view_run(tmp_path)
    numbers = [number for number, _ in places(seen.history)]
    assert len(list(groupby(numbers))) > len(set(numbers))  # folds of trials are interleaved
    assert places(seen.history) == places(model.history_)
    pd.testing.assert_frame_equal(incumbent(seen.history), incumbent(model.history_))


def test_interleaved_folds_keep_the_order_in_which_they_were_written() -> None:
    entries = [a_trial(0), a_trial(1, 1), a_result(0, 0, 0.5), a_result(1, 0, 0.4)]
    entries += [a_result(0, 1, 0.5), a_result(1, 1, 0.4), a_result(0, 0, 0.3)]
    history = history_from_entries(entries, n_core=2)
    assert places(history) == [(1, 0), (0, 1), (1, 1), (0, 0)]  # the later (0, 0) replaces it


def test_a_session_that_ended_recorded_the_order_of_its_results() -> None:
    entries = [a_trial(0), a_trial(1, 1), a_result(0, 0, 0.5), a_result(1, 0, 0.4)]
    entries += [a_result(0, 1, 0.5), {"kind": "finished", "order": [[1, 0], [0, 0]]}]
    assert places(history_from_entries(entries, n_core=2)) == [(1, 0), (0, 0)]
    entries += [{"kind": "session", "timed": False}, a_result(1, 1, 0.4)]
    assert places(history_from_entries(entries, n_core=2)) == [(1, 0), (0, 0), (0, 1), (1, 1)]
