from __future__ import annotations

import math

import numpy as np
import pytest

from autoskl.core.metrics import LOG_LOSS
from autoskl.ensembles.candidate import mixture_loss
from autoskl.ensembles.cross_fitting import CrossFittedLosses
from autoskl.ensembles.loss_extrapolation import (
    extrapolate_cross_fitted_loss,
    extrapolate_to_all_folds,
)
from tests.ensembles.factories import problem, with_losses


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


def extrapolated(fold, rows, increase):
    """Return the loss of a mixture on all rows, and its cross-fitted loss from that on some."""
    candidates, targets = problem(n_folds=3)
    weights = {0: 0.5, 1: 0.5}
    chosen = np.arange(len(targets[fold].y)) if rows is None else rows
    on_rows = mixture_loss(
        [c.take({fold: chosen}) for c in candidates],
        weights, {fold: targets[fold].take(chosen)}, LOG_LOSS,
    )  # fmt: skip
    cross_fitted = CrossFittedLosses(
        {fold: on_rows + increase}, None if rows is None else targets[fold].rows[rows]
    )

    def selection_loss(part, part_targets):
        return mixture_loss(part, weights, part_targets, LOG_LOSS)

    loss = selection_loss(candidates, targets)
    assert abs(on_rows - loss) > 0.01  # the rows differ in difficulty
    return loss, extrapolate_cross_fitted_loss(
        loss, cross_fitted, candidates, targets, selection_loss
    )


@pytest.mark.parametrize("rows", [None, np.arange(0, 100, 5), np.array([3, 1])])
def test_what_cross_fitting_adds_on_some_rows_is_added_to_the_loss_on_all(rows):
    loss, found = extrapolated(1, rows, increase=0.25)
    assert found == pytest.approx(loss + 0.25)


def test_a_part_of_the_only_fold_does_not_stand_for_the_whole():
    candidates, targets = problem(n_folds=1)
    whole = CrossFittedLosses({0: 0.3})
    part = CrossFittedLosses({0: 0.3}, targets[0].rows[:6])
    assert (whole.covers(1), part.covers(1)) == (True, False)

    def selection_loss(some, some_targets):
        return 0.25 if len(some_targets[0].y) == 6 else 0.5

    found = [
        extrapolate_cross_fitted_loss(0.5, c, candidates, targets, selection_loss)
        for c in (whole, part)
    ]
    assert found == pytest.approx([0.3, 0.55])
