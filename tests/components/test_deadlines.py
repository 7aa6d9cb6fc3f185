"""A deadline holds for one fit only, and no step starts that would end behind it."""

from __future__ import annotations

import pickle
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone

from autoskl.components.learners.deadlines import OneFit, Pace, seconds_until
from tests.components.made_up import context_for


class Patient(OneFit, BaseEstimator):
    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha


def test_circumstances_hold_for_one_fit_only() -> None:
    context = replace(context_for(np.zeros((2, 2))), deadline=5.0, out_of_bag=True)
    patient = Patient().under(context)
    assert clone(patient)._take_circumstances() == (None, False)
    assert pickle.loads(pickle.dumps(patient))._take_circumstances() == (None, False)
    assert patient._take_circumstances() == (5.0, True)
    assert patient._take_circumstances() == (None, False)


def test_no_deadline_is_infinitely_far() -> None:
    assert seconds_until(None) == float("inf")
    assert seconds_until(-1.0) < 0


def test_a_step_starts_only_where_one_like_those_before_has_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [50.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pace = Pace(60.0)
    for seconds, goes_on in [(1.0, True), (4.0, True), (1.0, True), (0.5, True), (1.0, False)]:
        now[0] += seconds
        assert pace.allows_another() is goes_on
    assert Pace(None).allows_another()
