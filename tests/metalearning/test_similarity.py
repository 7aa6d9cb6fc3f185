from __future__ import annotations

import numpy as np
import pytest

from autoskl.metalearning.prior_tasks import NO_TASKS
from autoskl.metalearning.similarity import (
    RelativeLandmarks,
    distances,
    landmark_weights,
    similar_first,
    size_weights,
)
from tests.metalearning.prior_factories import KEYS, LARGE, SMALL, features, prior_tasks


@pytest.mark.parametrize(("size", "best"), [(SMALL, "b"), (LARGE, "c")])
def test_the_best_of_the_nearest_tasks_follow_the_first(size: float, best: str) -> None:
    assert similar_first("adbc", prior_tasks(), features(size))[:2] == ["a", best]


def test_no_member_is_lost() -> None:
    assert sorted(similar_first("adbcx", prior_tasks(), features(SMALL))) == list("abcdx")


def test_without_prior_tasks_the_order_is_unchanged() -> None:
    assert similar_first("adbc", NO_TASKS, features(SMALL)) == list("adbc")


def test_the_nearest_task_has_similar_features() -> None:
    far = distances(prior_tasks(), features(LARGE))
    assert far[1] == far.min()
    assert far[::2].min() > far[1::2].max()


def test_unknown_features_are_ignored() -> None:
    assert np.isfinite(distances(prior_tasks(), features(np.nan))).all()


def test_tasks_of_another_size_count_less() -> None:
    weights = size_weights(prior_tasks(), features(SMALL))
    assert weights[0] == pytest.approx(1.0)
    assert weights[1] == pytest.approx(np.exp(-(LARGE - SMALL) / 3))


def test_tasks_with_the_same_ranking_gain_weight() -> None:
    prior = prior_tasks()
    weights = landmark_weights(np.ones(24), prior.regrets[:, :3], np.array([0.5, 0.2, 0.4]))
    assert weights[0] == 1.0
    assert weights[1] < 0.8


def test_one_result_changes_no_weights() -> None:
    weights = landmark_weights(np.ones(24), prior_tasks().regrets[:, :1], np.array([0.5]))
    np.testing.assert_array_equal(weights, np.ones(24))


def landmarks(seconds: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)) -> RelativeLandmarks:
    return RelativeLandmarks(prior_tasks(), features((SMALL + LARGE) / 2), KEYS, seconds)


def test_the_first_member_stays_the_first() -> None:
    assert landmarks().choose(KEYS, {}) == "a"


@pytest.mark.parametrize(("losses", "expected"), [((0.9, 0.1), "b"), ((0.1, 0.9), "c")])
def test_results_decide_whose_favourite_is_next(losses: tuple[float, float], expected: str) -> None:
    # Where the last member is better than the first, which all tasks know, or the reverse.
    prior = prior_tasks()
    prior.regrets[::2, 3], prior.regrets[1::2, 3] = 0.9, 1.1
    prior.regrets[:, 0] = 1.0
    choice = RelativeLandmarks(prior, features((SMALL + LARGE + 1.1) / 2), KEYS, [1.0] * 4)
    told = {"a": losses[0], "d": losses[1]}
    assert choice.choose(["b", "c"], told) == expected


def test_ties_go_to_the_fastest_member() -> None:
    assert landmarks((1.0, 30.0, 0.1, 1.0)).choose(["b", "c", "d"], {"a": 1.0}) == "c"


def test_failures_are_ignored() -> None:
    assert landmarks().choose(["c", "d"], {"a": np.inf, "b": np.inf}) in ("c", "d")
