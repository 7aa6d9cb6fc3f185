from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
from sklearn.base import BaseEstimator, clone

from autoskl.components.learners.circumstances import OneFit, seconds_until
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
