from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("interpret")

from autoskl.components.models.explainable_boosting import ExplainableBoosting
from tests.components.factories import context_for, patch_clock, table


@pytest.mark.parametrize("n_columns", [3, 6])
def test_number_of_numeric_columns_may_differ_from_the_estimate(n_columns: int) -> None:
    X, y = table(200, n_columns)
    X[:, 0] = np.random.default_rng(0).integers(0, 3, 200)
    foreseen = context_for(np.zeros((200, 4)), categorical=(0,))
    family = ExplainableBoosting()
    model = family.build(family.parameters(foreseen.task).default(), foreseen)
    types = model.feature_types
    model.fit(X, y)
    assert model.feature_types_in_ == ["nominal"] + ["continuous"] * (n_columns - 1)
    assert model.feature_types == types


def test_deadline_stops_boosting(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = table(200)
    context = context_for(X)
    family = ExplainableBoosting()
    model = family.build(family.parameters(context.task).default(), context)
    clock = patch_clock(monkeypatch)
    steps = (
        model.with_context(context_for(X, deadline=clock.now + 40)).fit(X, y).best_iteration_.max()
    )
    assert steps < model.fit(X, y).best_iteration_.max()


def test_pairs_with_many_levels_are_excluded() -> None:
    rng = np.random.default_rng(0)
    X, y = table(300, 5)
    X[:, :3] = rng.integers(0, [3, 300, 250], (300, 3))
    X[::9, :2] = np.nan
    context = context_for(X, categorical=(0, 1, 2))
    family = ExplainableBoosting()
    values = family.parameters(context.task).complete({"interactions": 20})
    model = family.build(values, context).fit(X, y)
    pairs = {term for term in model.term_features_ if len(term) > 1}
    assert {(0, 1), (0, 2), (3, 4)} <= pairs
    assert not pairs & {(1, 2), (1, 3), (2, 4)}
    assert model.exclude is None
