"""The models that the main process fits before there are workers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.model_selection import LeaveOneOut

from autoskl.core.trial import Trial
from autoskl.execution.in_process import InProcess
from autoskl.search.first_models import run_constant
from autoskl.search.plan import CONSTANT
from tests.search.simulated import ManualClock
from tests.search.test_loop import make


def constant_folds(time_limit: float | None) -> int:
    """Return on how many of 300 folds the constant model is fitted, 50 of which take a second."""
    clock = ManualClock()
    plan, _ = make(clock, time_limit=time_limit, n_trials=1, cv=LeaveOneOut())
    trial = Trial(0, CONSTANT)
    plan.history.add_trial(trial)
    evaluator = plan.evaluator(InProcess())

    def run(unit, until=None):
        clock.now += len(unit.folds) / 50
        for result in evaluator.evaluate(unit, None, until):
            plan.history.add_result(trial, replace(result, losses=(float(np.log(2)),)))

    run_constant(plan, trial, run)
    return len(plan.history.record(0).folds)


def test_of_very_many_folds_the_constant_model_gets_what_takes_next_to_no_time():
    assert constant_folds(None) == 300
    assert constant_folds(60.0) == 100
    assert constant_folds(1.0) == 50
