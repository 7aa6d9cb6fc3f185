"""Boosted trees without time for their rounds learn faster; with more time nothing changes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autoskl.components.predictors.boosted_trees.learning_rate import BudgetAwareLearningRate
from autoskl.components.registry import component, components
from autoskl.core.task import Task
from tests.components.factories import context_for

BUDGET_AWARE = sorted(name for name, entry in components().items() if entry.tags.budget_aware)


def rates(
    monkeypatch: pytest.MonkeyPatch, own: float, n_rounds: int, *, n_rows: int = 10_000
) -> list[float]:
    """Return the rates of rounds of one second each, with time for so many."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    aware, rate, used = BudgetAwareLearningRate(own, n_rows, 100.0 + n_rounds), own, []
    for _ in range(n_rounds):
        used.append(rate)
        now[0] += 1.0
        rate = aware.change() or rate
    return used


def test_without_a_deadline_the_rate_never_changes():
    aware = BudgetAwareLearningRate(0.01, 10_000, None)
    assert [aware.change() for _ in range(10)] == [None] * 10


def test_rate_stays_the_same_if_there_is_time(monkeypatch: pytest.MonkeyPatch):
    assert set(rates(monkeypatch, 0.05, 400)) == {0.05}


@pytest.mark.parametrize(("n_rounds", "own"), [(200, 0.04), (100, 0.02), (80, 0.1)])
def test_rates_sum_to_what_convergence_takes(
    monkeypatch: pytest.MonkeyPatch, n_rounds: int, own: float
):
    used = rates(monkeypatch, own, n_rounds)
    assert sum(used) == pytest.approx(16.0, rel=0.2)
    assert min(used) == own
    assert max(used) <= 0.3


def test_the_binning_before_the_first_round_does_not_count(monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    rate = BudgetAwareLearningRate(0.05, 10_000, 1000.0)
    now[0] += 50.0
    for _ in range(100):
        now[0] += 1.0
        assert rate.change() is None


def test_more_rows_take_more_rounds(monkeypatch: pytest.MonkeyPatch):
    few = rates(monkeypatch, 0.04, 300)
    many = rates(monkeypatch, 0.04, 300, n_rows=1_000_000)
    assert sum(many) > 2 * sum(few)


def test_rate_is_bounded(monkeypatch: pytest.MonkeyPatch):
    assert max(rates(monkeypatch, 0.04, 10)) == 0.3
    assert set(rates(monkeypatch, 0.5, 10)) == {0.5}


def fitted(name: str, monkeypatch: pytest.MonkeyPatch, *, is_sole_fold: bool) -> Any:
    """Return a model fitted with a deadline, whose rate is raised after the first round."""
    pytest.importorskip("lightgbm" if name != "xgboost" else "xgboost")
    monkeypatch.setattr(
        BudgetAwareLearningRate, "change", lambda self: None if self._deadline is None else 0.3
    )
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4)).astype(np.float32)
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=400) > 0).astype(np.int64)
    context = replace(context_for(X), deadline=time.monotonic() + 600, is_sole_fold=is_sole_fold)
    values = {**component(name).parameters(Task.BINARY).default()}
    model = component(name).build({**values, "learning_rate": 0.01}, context)
    return model.fit(X, y), X


@pytest.mark.parametrize("name", BUDGET_AWARE)
def test_only_a_sole_fold_is_budget_aware(name: str, monkeypatch: pytest.MonkeyPatch):
    aware, X = fitted(name, monkeypatch, is_sole_fold=True)
    shared, _ = fitted(name, monkeypatch, is_sole_fold=False)
    n_rounds = [getattr(m, "best_iteration_", getattr(m, "n_iter_", 0)) for m in (aware, shared)]
    assert n_rounds[0] < n_rounds[1] / 2
    assert not np.allclose(aware.predict_proba(X), shared.predict_proba(X))
    rate = aware.get_params().get("learning_rate", (aware.get_params().get("parameters") or {}))
    assert rate == 0.01 or rate["learning_rate"] == 0.01


def test_three_libraries_are_budget_aware():
    assert BUDGET_AWARE == ["hist_gradient_boosting", "lightgbm", "xgboost"]
