from __future__ import annotations

import pickle
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone

from autoskl.components.learners.circumstances import OneFit, affordable_rows, seconds_until
from autoskl.components.registry import component
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


@pytest.mark.parametrize(
    ("seconds", "rows"), [(None, 9_000), (1e9, 9_000), (2.0, 1_000), (0.01, 200), (-3.0, 200)]
)
def test_rows_that_half_of_the_time_is_enough_for(
    seconds: float | None, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    deadline = None if seconds is None else 50.0 + seconds
    context = replace(context_for(np.zeros((2, 2))), deadline=deadline)
    assert affordable_rows(context, lambda n: n**2 / 1e6, 9_000) == rows


@pytest.mark.parametrize("name", ["kernel_ridge", "gaussian_process", "kernel_svm"])
def test_fits_that_cannot_be_stopped_take_fewer_rows(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    entry, context = component(name), context_for(np.zeros((20_000, 30)))
    values = entry.parameters(context.task).default()
    rows = [
        entry.build(values, replace(context, deadline=deadline)).max_rows
        for deadline in (50.0, 50.5, 51.0, None)
    ]
    assert rows == sorted(set(rows))
    assert rows[0] == 200
