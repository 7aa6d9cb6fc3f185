"""Rows that are copies of others: no model may predict a copy of what it was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autoskl import AutoClassifier
from autoskl.core.errors import LeakWarning
from autoskl.core.trial import Unit
from autoskl.evaluation.splitting import split_rows
from autoskl.tables.dataset import Dataset
from tests.evaluation.test_evaluator import make_dataset, make_evaluator, trial
from tests.search.test_loop import make


def upsampled(times: int = 3, **changes: Any) -> Dataset:
    """Return a table whose second class has each row several times."""
    plain = make_dataset(n_rows=200)
    rows = np.repeat(np.arange(200), np.where(plain.y == 1, times, 1))
    return make_dataset(X=plain.X[rows], y=plain.y[rows], **changes)


def test_folds_report_copies():
    assert split_rows(upsampled(), 5, seed=0, time_limit=None).has_copies
    assert not split_rows(upsampled(1), 5, seed=0, time_limit=None).has_copies


def test_equal_rows_of_few_levels_are_not_copies():
    rng = np.random.default_rng(0)
    levels = make_dataset(X=rng.integers(0, 2, (240, 5)).astype(float))
    assert not split_rows(levels, 5, seed=0, time_limit=None).has_copies


def test_forests_are_fitted_fold_by_fold_if_rows_have_copies():
    evaluator = make_evaluator(upsampled(), out_of_bag=True)
    results = evaluator.evaluate(Unit(trial("random_forest", n_estimators=64), (0, 1, 2, 3)))
    assert len({id(result.model) for result in results}) == 4


def test_a_search_does_not_plan_out_of_bag_predictions_with_copies():
    assert make(dataset=upsampled(1), n_trials=1)[0].racing.out_of_bag
    assert not make(dataset=upsampled(), n_trials=1)[0].racing.out_of_bag


@pytest.mark.parametrize("model", ["random_forest", "extra_trees"])
def test_a_forest_does_not_predict_noise(model):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 5)), rng.random(300) < 0.25
    rows = np.repeat(np.arange(300), np.where(y, 3, 1))
    forest = AutoClassifier(
        n_trials=1, time_limit=None, include=[model], scoring="roc_auc", random_state=0, n_jobs=1
    )
    with pytest.warns(LeakWarning, match="are copies of others"):
        forest.fit(X[rows], y[rows])
    assert forest.best_score_ < 0.65
