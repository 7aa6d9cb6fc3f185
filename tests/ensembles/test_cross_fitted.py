from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from autoskl.core.metrics import LOG_LOSS, ROC_AUC
from autoskl.ensembles.cross_fitted import better_constant, cross_fitted, loss_on_all_folds
from autoskl.ensembles.post_processing import (
    NO_POST_PROCESSING,
    post_processed_loss,
    post_processing_of,
)
from autoskl.ensembles.selection import SelectionRules, select
from tests.ensembles.made_up import SlowMetric, candidate_of, problem, truths_of


def noise(n_rows, n_candidates, folds, seed=0):
    """Candidates that know nothing: whatever selection finds is luck."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_rows)
    truths = truths_of(y, folds)
    outputs = rng.dirichlet([4, 4], size=(n_candidates, n_rows))
    return [
        candidate_of(j, {f: p[t.rows] for f, t in truths.items()}, truths, LOG_LOSS)
        for j, p in enumerate(outputs)
    ], truths


def test_one_candidate_has_its_own_losses():
    candidates, truths = problem(n_candidates=1)
    losses = {
        fold: ROC_AUC.safe_loss(truth.y, candidates[0].predictions[fold])
        for fold, truth in truths.items()
    }
    assert cross_fitted(candidates, truths, ROC_AUC).losses == pytest.approx(losses)


def test_weights_and_post_processing_for_a_fold_come_from_the_other_folds():
    candidates, truths = problem()
    rules = SelectionRules(size=10)
    fitted = cross_fitted(candidates, truths, LOG_LOSS, rules)
    others = {0: truths[0], 2: truths[2]}
    weights = select(
        [c.take({f: np.arange(len(t.y)) for f, t in others.items()}) for c in candidates],
        others, LOG_LOSS, rules,
    ).weights  # fmt: skip
    post_processing = post_processing_of(candidates, weights, others, LOG_LOSS)
    assert post_processing != NO_POST_PROCESSING
    expected = post_processed_loss(candidates, weights, {1: truths[1]}, LOG_LOSS, post_processing)
    assert fitted.losses[1] == pytest.approx(expected)
    assert fitted.loss == pytest.approx(np.mean(list(fitted.losses.values())))


@pytest.mark.parametrize("n_folds", [1, 4])
def test_luck_is_not_told_as_skill(n_folds):
    folds = np.array_split(np.arange(200), n_folds)
    candidates, truths = noise(200, 30, folds)
    lucky = select(candidates, truths, LOG_LOSS, SelectionRules(bags=1))
    assert cross_fitted(candidates, truths, LOG_LOSS).loss > lucky.loss + 0.01


def test_rows_held_out_twice_choose_no_weights_for_themselves():
    rows = np.arange(100)
    same, truths = noise(100, 10, [rows, rows])
    assert cross_fitted(same, truths, LOG_LOSS).losses == {}
    assert cross_fitted(same, truths, LOG_LOSS).loss == math.inf
    shuffled = [rows[:50], rows[50:], rows[::2], rows[1::2]]
    candidates, truths = noise(100, 10, shuffled)
    lucky = select(candidates, truths, LOG_LOSS, SelectionRules(bags=1))
    assert cross_fitted(candidates, truths, LOG_LOSS).loss > lucky.loss


def test_a_single_fold_is_cut_into_parts_with_every_class():
    candidates, truths = problem(ROC_AUC, n_folds=1)
    fitted = cross_fitted(candidates, truths, ROC_AUC)
    assert len(fitted.losses) == 5
    assert math.isfinite(fitted.loss)


def test_a_single_row_has_no_honest_loss():
    candidates, truths = problem(n_rows=1, n_folds=1)
    fitted = cross_fitted(candidates, truths, LOG_LOSS)
    assert fitted.loss == math.inf


def test_a_passed_deadline_leaves_at_least_one_fold():
    candidates, truths = problem()
    rules = SelectionRules(deadline=0.0, clock=lambda: 1.0)
    assert len(cross_fitted(candidates, truths, LOG_LOSS, rules).losses) == 1


ROWS = np.arange(300)
ONE_FOLD, TWO_SHUFFLES = [ROWS], [ROWS[:150], ROWS[150:], ROWS[::2], ROWS[1::2]]


@pytest.mark.parametrize("folds", [ONE_FOLD, TWO_SHUFFLES], ids=["one fold", "two shuffles"])
@pytest.mark.parametrize("seconds", [0.01, 0.3, 3.0, 30.0])
def test_a_slow_metric_keeps_to_the_deadline(folds, seconds):
    candidates, truths = noise(300, 30, folds)
    slow = SlowMetric(seconds)
    rules = SelectionRules(deadline=10.0, clock=slow.clock)
    fitted = cross_fitted(candidates, truths, slow.metric, rules)
    assert slow.now <= 10 + seconds
    assert len(fitted.losses) == (5 if folds is ONE_FOLD else 4) or seconds > 0.01


@pytest.mark.parametrize("seconds", [0.01, 0.3, 3.0, 30.0])
def test_of_folds_that_share_no_rows_a_slow_metric_is_asked_little(seconds):
    candidates, truths = problem()
    slow = SlowMetric(seconds)
    rules = SelectionRules(deadline=10.0, clock=slow.clock)
    fitted = cross_fitted(candidates, truths, slow.metric, rules)
    assert slow.now <= 10 + seconds
    assert len(fitted.losses) == (3 if seconds < 1 else 2 if seconds < 10 else 0)


def test_without_a_deadline_no_time_is_looked_at():
    candidates, truths = noise(300, 4, TWO_SHUFFLES)
    found = [cross_fitted(candidates, truths, SlowMetric(s).metric) for s in (1e-3, 1e3)]
    assert found[0] == found[1]
    assert len(found[0].losses) == 4


def with_losses(number, losses):
    candidates, _ = problem(n_candidates=1)
    return replace(
        candidates[0],
        number=number,
        losses=losses,
        predictions=dict.fromkeys(losses, np.zeros((1, 2))),
    )


def test_the_best_candidate_with_all_folds_tells_how_easy_some_of_them_are():
    easy_only = with_losses(0, {0: 0.1, 1: 0.1})
    best = with_losses(1, {0: 0.2, 1: 0.4, 2: 0.9})
    worse = with_losses(2, {0: 0.3, 1: 0.6, 2: 0.9})
    candidates = [worse, easy_only, best]
    assert loss_on_all_folds(0.1, candidates, (0, 1), range(3)) == pytest.approx(0.1 * 0.5 / 0.3)
    assert loss_on_all_folds(0.1, candidates, (0, 1, 2), range(3)) == 0.1
    assert loss_on_all_folds(0.1, [easy_only], (0, 1), range(3)) == 0.1


def test_a_loss_above_zero_stays_above_it_where_all_folds_are_easier():
    known = with_losses(1, {0: 0.8, 1: 0.2, 2: 0.2})
    assert loss_on_all_folds(0.1, [known], (0,), range(3)) == pytest.approx(0.1 * 0.4 / 0.8)
    nearly_perfect = with_losses(1, {0: 1e-9, 1: 0.3, 2: 0.3})
    assert loss_on_all_folds(0.1, [nearly_perfect], (0,), range(3)) == pytest.approx(0.3)
    # A loss that can be below 0 says nothing by ratios.
    assert loss_on_all_folds(-0.5, [known], (0,), range(3)) == pytest.approx(-0.5 + 0.4 - 0.8)


def test_a_candidate_without_a_finite_loss_does_not_tell_how_easy_folds_are():
    broken = with_losses(0, {0: 0.1, 1: math.inf})
    assert loss_on_all_folds(0.3, [broken], (0,), range(2)) == 0.3


def test_rows_do_not_choose_the_iteration_of_their_own_score():
    candidates, truths = problem(n_candidates=2)
    worse = {f: np.full_like(p, 0.5) for f, p in candidates[0].predictions.items()}
    crossed = [replace(candidates[0], crossed=worse)]
    losses = cross_fitted(crossed, truths, ROC_AUC).losses
    assert losses == pytest.approx(dict.fromkeys(truths, 0.5))


def test_the_constant_is_taken_where_the_ensemble_is_worse_on_unseen_rows():
    constant = replace(with_losses(0, {0: 0.6, 1: 0.8}), family="constant")
    lucky = with_losses(1, {0: 0.3, 1: 0.3})
    assert better_constant([constant, lucky], {1: 1.0}, 0.71, (0, 1)) is constant
    assert better_constant([constant, lucky], {1: 1.0}, 0.69, (0, 1)) is None
    assert better_constant([constant, lucky], {0: 1.0}, 0.71, (0, 1)) is None
    assert better_constant([lucky], {1: 1.0}, 0.71, (0, 1)) is None
