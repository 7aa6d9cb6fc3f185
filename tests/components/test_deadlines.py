"""A deadline applies to one fit only, and no step starts that would end after it."""

from __future__ import annotations

import pickle
import time
from dataclasses import replace
from typing import Self

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone

from autoskl.components.fitting.deadlines import DeadlineMixin, FitContext, StepTimer, seconds_until
from tests.components.factories import context_for


class Recorder(DeadlineMixin, BaseEstimator):
    """Records the context of its last fit."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def fit(self) -> Self:
        self.seen_ = self._pop_fit_context()
        return self


def test_fit_context_applies_to_one_fit_only() -> None:
    context = replace(
        context_for(np.zeros((2, 2))), deadline=5.0, out_of_bag=True, is_sole_fold=True
    )
    estimator = Recorder().with_context(context)
    assert clone(estimator).fit().seen_ == FitContext()
    assert pickle.loads(pickle.dumps(estimator)).fit().seen_ == FitContext()
    assert estimator.fit().seen_ == (5.0, True, True)
    assert estimator.fit().seen_ == FitContext()


def test_seconds_until_no_deadline_is_infinite() -> None:
    assert seconds_until(None) == float("inf")
    assert seconds_until(-1.0) < 0


def test_step_starts_only_if_there_is_time_for_one_like_the_previous(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [50.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    timer = StepTimer(60.0)
    for seconds, allowed in [(1.0, True), (4.0, True), (1.0, True), (0.5, True), (1.0, False)]:
        now[0] += seconds
        assert timer.allows_another() is allowed
    assert StepTimer(None).allows_another()
