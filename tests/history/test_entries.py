from __future__ import annotations

import json
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold, recorded_curve
from autoskl.core.trial import Trial
from autoskl.history.entries import (
    described,
    history_of,
    result_of,
    trial_entry,
    trial_of,
    unit_entry,
    unscored_entry,
)

VALUES = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=4), st.none()
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), st.floats(0.001, 1.0))
def test_trials_survive_json(values, rows):
    trial = Trial(3, Configuration(values), Fidelity(rows=rows), "smac")
    assert trial_of(json.loads(json.dumps(trial_entry(trial)))) == trial


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=3), st.floats(0, 1e6))
def test_numbers_of_results_survive_json(losses, seconds):
    result = FoldResult(
        2,
        Status.OK,
        np.arange(2),
        np.ones((len(losses), 2, 1)),
        checkpoints=tuple(range(1, 1 + len(losses))),
        losses=tuple(losses),
        curve=recorded_curve(losses),
        fit_seconds=seconds,
        peak_bytes=17,
    )
    entry = json.loads(json.dumps(described(result, None, None)))
    again = result_of(entry, result.rows, result.predictions)
    same = "fold status checkpoints losses curve fit_seconds peak_bytes reason"
    for name in same.split():
        assert getattr(again, name) == getattr(result, name)


def test_results_of_earlier_versions_have_no_curve():
    entry = described(failed_fold(0, Status.TIMEOUT, "too slow"), None, None)
    del entry["curve"]
    assert result_of(entry).curve == ()


def a_trial(number: int, key: int = 0) -> dict:
    return trial_entry(Trial(number, Configuration({"model": "linear", "key": key}), origin="smac"))


def a_result(number: int, fold: int, *losses: float, start: int = 1, cut: bool = False) -> dict:
    checkpoints = tuple(range(start, start + len(losses))) if len(losses) > 1 else ()
    rows, nothing = np.empty(0, np.intp), np.empty((len(losses), 0, 0))
    result = FoldResult(
        fold, Status.OK, rows, nothing, checkpoints=checkpoints, losses=losses, out_of_time=cut
    )
    return unit_entry(number, [described(result, None, None)])


def test_a_history_is_told_by_its_entries():
    failed = failed_fold(0, Status.TIMEOUT, "too slow", 9.0)
    failure = unit_entry(1, [described(failed, None, None)])
    entries = [{"kind": "session"}, a_trial(0), a_result(0, 0, 0.5), a_trial(1, 1), failure]
    history = history_of(entries, n_core=2)
    assert [record.name for record in history.records] == ["linear", "linear"]
    assert history.records[0].loss() == 0.5
    [(record, result)] = history.failures
    assert (record.trial.number, result.reason, result.fit_seconds) == (1, "too slow", 9.0)


def test_of_two_trials_with_one_number_the_later_counts():
    entries = [a_trial(0), a_result(0, 0, 0.5), a_trial(0, key=1), a_result(0, 0, 0.25)]
    history = history_of(entries, n_core=2)
    assert [record.loss() for record in history.records] == [0.25]


def test_iterations_are_settled_when_the_core_folds_are_there():
    settled = [a_trial(0), a_result(0, 0, 3.0, 1.0), a_result(0, 1, 3.0, 1.0)]
    later = a_result(0, 2, 0.0, 9.0)
    assert history_of([*settled, later], n_core=2).records[0].iteration == 2
    assert history_of([*settled, later], n_core=3).records[0].iteration == 1


def test_entries_without_results_give_trials_without_loss():
    history = history_of([a_trial(0)], n_core=2)
    assert history.best is None
    assert math.isinf(history.best_loss)


def test_folds_on_which_the_metric_is_undefined_have_no_loss():
    entries = [a_trial(0), a_result(0, 0, math.inf), a_result(0, 1, 0.5)]
    assert math.isinf(history_of(entries, n_core=2).records[0].loss())  # as in older runs
    told = json.loads(json.dumps(unscored_entry({0, 7})))
    history = history_of([*entries, told], n_core=2)
    assert history.unscored == {0, 7}
    assert history.records[0].loss() == 0.5
    assert history.summary().unscored == {0, 7}


def test_on_a_share_of_the_rows_iterations_are_settled_on_the_first_fold_with_a_score():
    trial = trial_entry(Trial(0, Configuration({"model": "linear"}), Fidelity(rows=0.5)))
    first, later = a_result(0, 1, 3.0, 1.0), a_result(0, 2, 0.0, 9.0)
    entries = [trial, unscored_entry([0]), first, later]
    assert history_of(entries, n_core=3).records[0].iteration == 2


def test_what_the_time_cut_short_has_no_effect():
    entries = [a_trial(0), a_result(0, 0, 3.0, 1.0, start=8), a_result(0, 1, 9.0, 8.0, cut=True)]
    (record,) = history_of([{"kind": "session", "timed": True}, *entries], n_core=2).records
    assert record.ok_folds == (0,)
    (record,) = history_of([{"kind": "session", "timed": False}, *entries], n_core=2).records
    assert record.ok_folds == (0, 1)
