from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.metrics import LOG_LOSS
from autoskl.ensembles.candidate import (
    HeldOutTarget,
    candidates_of,
    mixture,
    mixture_loss,
    shared_folds,
)
from tests.ensembles.factories import problem
from tests.history.factories import fold, history_of


def test_records_with_predictions_become_candidates():
    history = history_of([[0.5, 0.7], [np.nan, None], [0.3, None]], ["knn", "ridge", "trees"])
    one, other = candidates_of(history.records, cost=lambda r: 10.0 * r.trial.number)
    assert (one.number, one.family, one.cost) == (0, "knn", 0.0)
    assert one.losses == {0: 0.5, 1: 0.7}
    assert one.loss([1]) == 0.7
    assert other.cost == 20.0
    assert other.predictions[0].tolist() == fold(0, 0.3).predictions[0].tolist()
    assert shared_folds([one, other]) == (0,)
    assert shared_folds([]) == ()


def test_all_rows_of_a_fold_are_not_copied():
    candidates, targets = problem(n_candidates=1)
    all_rows, some = np.arange(len(targets[0].y)), np.array([2, 5])
    part = candidates[0].take({0: all_rows, 1: some})
    assert part.predictions[0] is candidates[0].predictions[0]
    np.testing.assert_array_equal(part.predictions[1], candidates[0].predictions[1][some])


def test_rows_without_weights_have_the_weight_1():
    y, rows = np.zeros(2), np.arange(2)
    assert HeldOutTarget(y, None, rows).row_weights.tolist() == [1, 1]
    assert HeldOutTarget(y, np.array([0.0, 3.0]), rows).row_weights.tolist() == [0, 3]


def test_a_mixture_is_the_weighted_mean():
    candidates, targets = problem(n_candidates=2)
    mean = mixture(candidates, {0: 0.25, 1: 0.75}, 1)
    expected = 0.25 * candidates[0].predictions[1] + 0.75 * candidates[1].predictions[1]
    np.testing.assert_allclose(mean, expected)
    assert mixture_loss(candidates, {1: 1.0}, targets, LOG_LOSS) == pytest.approx(
        candidates[1].loss(targets)
    )
