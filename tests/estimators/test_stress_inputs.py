"""y is strict, X is repaired with one warning, and `fit` never fails because a trial failed.

Inputs that concern sizes, processes, signals and files (numbers 25 and 32 to 37) are in
`test_stress_conditions`.
"""

from __future__ import annotations

import re
import warnings
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

from autoskl import AutoClassifier, AutoRegressor
from autoskl.core.errors import TrialFailureWarning
from tests.estimators.stress_inputs import CASES, Case, labels_for

ESTIMATORS = {"classifier": AutoClassifier, "regressor": AutoRegressor}
RUNS = [
    pytest.param(case, name, id=f"{case.number}-{case.what}-{name}")
    for case in CASES
    for name in case.estimators
]


def expecting(error: str | None) -> Any:
    return nullcontext() if error is None else pytest.raises((ValueError, TypeError), match=error)


def check_warnings(caught: list[Any], expected: str | None) -> None:
    """Check that one warning about the input matches, or that there is none."""
    messages = [str(each.message) for each in caught]
    if expected is None:
        assert messages == []
    else:
        assert len(messages) == 1
        assert re.search(expected, messages[0])


@pytest.mark.parametrize(("case", "name"), RUNS)
def test_every_input_has_the_expected_outcome(case: Case, name: str) -> None:
    defaults = {"n_trials": 2, "time_limit": None, "n_jobs": 1, "random_state": 0, "cv": 2}
    if case.X.shape[0] < 5:
        del defaults["cv"]
    model = ESTIMATORS[name](**{**defaults, **case.parameters})
    y = labels_for(name, case.X) if case.y is None else case.y
    with warnings.catch_warnings(record=True) as caught, expecting(case.error):
        warnings.simplefilter("always")
        if case.X.shape[0] <= 5:  # so few rows that a family may have nothing to fit
            warnings.simplefilter("ignore", TrialFailureWarning)
        model.fit(case.X, y, **case.fit)
    if case.error is not None:
        return
    check_warnings(caught, case.warning)
    new = case.X[:3] if case.new is None else case.new
    with warnings.catch_warnings(record=True) as caught, expecting(case.new_error):
        warnings.simplefilter("always")
        predictions = model.predict(new)
    if case.new_error is not None:
        return
    check_warnings(caught, case.new_warning)
    assert predictions.shape == (new.shape[0],)
    assert case.check is None or case.check(predictions)
    if name == "regressor":
        assert np.isfinite(predictions).all()
    else:
        assert set(predictions.tolist()) <= set(model.classes_.tolist())
