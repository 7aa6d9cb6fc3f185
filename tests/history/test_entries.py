from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold, recorded_curve
from autoskl.core.trial import Trial
from autoskl.history.entries import (
    result_entry,
    result_from_entry,
    trial_entry,
    trial_from_entry,
)

VALUES = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=4), st.none()
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), st.floats(0.001, 1.0))
def test_trials_survive_json(values, rows):
    trial = Trial(3, Configuration(values), Fidelity(rows=rows), "smac")
    assert trial_from_entry(json.loads(json.dumps(trial_entry(trial)))) == trial


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
    entry = json.loads(json.dumps(result_entry(result, None, None)))
    again = result_from_entry(entry, result.rows, result.predictions)
    same = "fold status checkpoints losses curve fit_seconds peak_bytes reason"
    for name in same.split():
        assert getattr(again, name) == getattr(result, name)


def test_results_of_earlier_versions_have_no_curve():
    entry = result_entry(failed_fold(0, Status.TIMEOUT, "too slow"), None, None)
    del entry["curve"]
    assert result_from_entry(entry).curve == ()
