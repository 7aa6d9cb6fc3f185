from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier

from autoskl.core.metrics import LOG_LOSS
from autoskl.history.cv_results import cv_results
from autoskl.history.history import History
from tests.history.factories import fold, history_of, trial


def test_layout_is_scikit_learns():
    ours = cv_results(history_of([[0.5, 0.7], [0.3, 0.3]]), LOG_LOSS)
    search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5]}, cv=2)
    theirs = search.fit(*load_iris(return_X_y=True)).cv_results_
    own = {name for name in theirs if not name.startswith("param_")}
    assert {name for name in ours if not name.startswith("param_")} == own
    for name in own - {"params"}:
        assert ours[name].dtype == theirs[name].dtype, name
        assert ours[name].shape == theirs[name].shape, name


def test_columns_hold_mean_and_std_of_fold_scores():
    results = cv_results(history_of([[0.5, 0.7, None], [0.3, math.nan, 0.2], [math.nan]]), LOG_LOSS)
    np.testing.assert_allclose(results["split0_test_score"], [-0.5, -0.3, np.nan])
    np.testing.assert_allclose(results["split1_test_score"], [-0.7, np.nan, np.nan])
    np.testing.assert_allclose(results["mean_test_score"], [-0.6, -0.25, np.nan])
    np.testing.assert_allclose(results["std_test_score"], [0.1, 0.05, np.nan])
    assert results["rank_test_score"].tolist() == [2, 1, 3]
    assert results["mean_fit_time"] == pytest.approx([1.0, 4 / 3, 2.0])
    assert results["mean_score_time"].tolist()[0] == 0.5
    assert results["params"][1] == {"model": "knn", "knn:k": 1}


def test_parameters_of_other_models_are_masked():
    history = History()
    for asked in (trial(0, "knn", k=3), trial(1, "ridge", alpha=0.5)):
        history.add_trial(asked)
        history.add_result(asked, fold(0, 1.0))
    column = cv_results(history, LOG_LOSS)["param_knn:k"]
    assert column.mask.tolist() == [False, True]
    assert column[0] == 3


def test_pandas_takes_it():
    table = pd.DataFrame(cv_results(history_of([[0.5, 0.7], [0.3, None]]), LOG_LOSS))
    assert table.sort_values("rank_test_score")["params"].iloc[0]["knn:k"] == 1
    assert len(pd.DataFrame(cv_results(History(), LOG_LOSS))) == 0


def test_folds_beyond_the_core_can_be_left_out():
    results = cv_results(history_of([[0.5, 0.7, 0.9]]), LOG_LOSS, n_splits=2)
    assert "split2_test_score" not in results
    assert results["mean_test_score"] == pytest.approx([-0.6])
