"""Selectors store only the selected columns."""

from __future__ import annotations

import pickle

import numpy as np
from sklearn.feature_selection import SelectFromModel, SelectPercentile

from autoskl.components.registry import component
from autoskl.components.transformers.l1_importances import SparseSupport
from autoskl.components.transformers.non_empty_selector import NonEmptySelector
from autoskl.components.transformers.univariate_scores import ColumnScores
from autoskl.core.task import Task
from tests.components.factories import context_for, table


def test_all_columns_are_kept_if_none_is_selected() -> None:
    X, y = table()
    model = SparseSupport(1e-9)
    assert (
        NonEmptySelector(SelectFromModel(model, threshold=1e-8)).fit(X, y).transform(X).shape[1]
        == 4
    )


def test_trees_of_the_selector_are_not_kept() -> None:
    X, y = table(2_000, 8)
    entry = component("tree_importance")
    step = entry.build(entry.parameters(Task.BINARY).default(), context_for(X)).fit(X, y)
    assert len(pickle.dumps(step)) < 5_000
    again = pickle.loads(pickle.dumps(step))
    np.testing.assert_array_equal(again.transform(X), X[:, step.get_support()])
    assert step.get_support()[:2].all()
    assert step.get_support().sum() == 4


def test_weights_reach_the_model_of_the_selector() -> None:
    X, y = table(400, 6)
    weight = np.where(np.arange(400) < 40, 1.0, 0.0)
    model = SelectFromModel(SparseSupport(0.3), threshold=1e-8)
    weighted = NonEmptySelector(model).fit(X, y, weight).get_support()
    part = NonEmptySelector(model).fit(X[:40], y[:40]).get_support()
    np.testing.assert_array_equal(weighted, part)
    assert not np.array_equal(weighted, NonEmptySelector(model).fit(X, y).get_support())


def test_selectors_without_weights_ignore_them() -> None:
    X, y = table(60)
    selector = NonEmptySelector(SelectPercentile(ColumnScores("f", True, 0), percentile=50))
    assert selector.fit(X, y, np.ones(60)).transform(X).shape[1] == 2
