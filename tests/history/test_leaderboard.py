from __future__ import annotations

import math
import time

import pytest

from autoskl.core.metrics import LOG_LOSS, ROC_AUC
from autoskl.history.history import History
from autoskl.history.leaderboard import COLUMNS, leaderboard
from tests.history.factories import history_of


def test_best_first_in_scikit_learns_sign():
    history = history_of([[0.4, 0.2], [0.1, 0.1], [math.nan, None], [None, None]])
    table = leaderboard(history, ROC_AUC.score, {1: 0.75, 0: 0.25})
    assert tuple(table.columns) == COLUMNS
    assert table["trial"].tolist() == [1, 0, 2]
    assert table["rank"].tolist() == [1, 2, 3]
    assert table["score"].tolist()[:2] == pytest.approx([0.9, 0.7])
    assert math.isnan(table["score"][2])
    assert table["score_std"].tolist()[:2] == pytest.approx([0.0, 0.1])
    assert table["folds"].tolist() == [2, 2, 0]
    assert table["status"].tolist() == ["ok", "ok", "timeout"]
    assert table["ensemble_weight"].tolist() == [0.75, 0.25, 0.0]
    assert table["fit_seconds"].tolist() == [2.0, 2.0, 2.0]
    assert table["configuration"][0] == {"model": "knn", "knn:k": 1}


def test_equal_trials_share_a_rank():
    table = leaderboard(history_of([[0.5], [0.5], [0.7]]), LOG_LOSS.score)
    assert table["rank"].tolist() == [1, 1, 3]
    assert table["score"].tolist() == [-0.5, -0.5, -0.7]


def test_best_of_the_history_is_on_top():
    history = history_of([[0.1, 0.9], [0.2, None], [0.4, 0.7]])
    assert leaderboard(history, LOG_LOSS.score)["trial"][0] == history.best.trial.number


def test_an_empty_history_has_all_columns():
    assert tuple(leaderboard(History(), LOG_LOSS.score).columns) == COLUMNS


def test_thousands_of_trials_are_ranked_within_a_second_or_two():
    history = history_of([[float(number % 4_000)] for number in range(6_000)])
    started = time.process_time()
    table = leaderboard(history, LOG_LOSS.score)
    assert time.process_time() - started < 2.5  # comparing each with each takes six
    assert table["rank"].tolist()[:5] == [1, 1, 3, 3, 5]
    assert table["rank"].tolist()[-1] == 6_000
