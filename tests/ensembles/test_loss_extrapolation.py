from __future__ import annotations

import math

import pytest

from autoskl.ensembles.loss_extrapolation import extrapolate_to_all_folds
from tests.ensembles.factories import with_losses


def test_the_reference_is_the_best_candidate_with_all_folds():
    easy_only = with_losses(0, {0: 0.1, 1: 0.1})
    best = with_losses(1, {0: 0.2, 1: 0.4, 2: 0.9})
    worse = with_losses(2, {0: 0.3, 1: 0.6, 2: 0.9})
    candidates = [worse, easy_only, best]
    loss = extrapolate_to_all_folds(0.1, candidates, (0, 1), range(3))
    assert loss == pytest.approx(0.1 * 0.5 / 0.3)
    assert extrapolate_to_all_folds(0.1, candidates, (0, 1, 2), range(3)) == 0.1
    assert extrapolate_to_all_folds(0.1, [easy_only], (0, 1), range(3)) == 0.1


def test_a_positive_loss_stays_positive_where_all_folds_are_easier():
    known = with_losses(1, {0: 0.8, 1: 0.2, 2: 0.2})
    assert extrapolate_to_all_folds(0.1, [known], (0,), range(3)) == pytest.approx(0.1 * 0.4 / 0.8)
    nearly_perfect = with_losses(1, {0: 1e-9, 1: 0.3, 2: 0.3})
    assert extrapolate_to_all_folds(0.1, [nearly_perfect], (0,), range(3)) == pytest.approx(0.3)
    # Ratios are meaningless for a loss that can be negative.
    loss = extrapolate_to_all_folds(-0.5, [known], (0,), range(3))
    assert loss == pytest.approx(-0.5 + 0.4 - 0.8)


def test_a_candidate_with_an_infinite_loss_is_no_reference():
    broken = with_losses(0, {0: 0.1, 1: math.inf})
    assert extrapolate_to_all_folds(0.3, [broken], (0,), range(2)) == 0.3
