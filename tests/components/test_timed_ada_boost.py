from __future__ import annotations

import pytest
from sklearn.tree import DecisionTreeClassifier

from autoskl.components.predictors.timed_ada_boost import TimedAdaBoostClassifier
from tests.components.factories import context_for, patch_clock, table


def test_deadline_stops_boosting(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = table(200)
    clock = patch_clock(monkeypatch)
    model = TimedAdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=40)
    model.with_context(context_for(X, deadline=clock.now + 7)).fit(X, y)
    assert 2 <= len(model.estimators_) <= 8
    assert len(model.fit(X, y).estimators_) == 40
