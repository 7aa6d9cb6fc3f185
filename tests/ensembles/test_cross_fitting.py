from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from autoskl.core.metrics import LOG_LOSS, ROC_AUC
from autoskl.ensembles.cross_fitting import cross_fit
from autoskl.ensembles.post_processing import (
    NO_POST_PROCESSING,
    post_processed_loss,
    post_processing_of,
)
from autoskl.ensembles.selection import SelectionRules, select
from tests.ensembles.factories import SlowMetric, candidate_of, problem, targets_of


def noise(n_rows, n_candidates, folds, seed=0):
    """Random candidates: whatever selection finds is chance."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_rows)
    targets = targets_of(y, folds)
    outputs = rng.dirichlet([4, 4], size=(n_candidates, n_rows))
    return [
        candidate_of(j, {f: p[t.rows] for f, t in targets.items()}, targets, LOG_LOSS)
        for j, p in enumerate(outputs)
    ], targets


def test_one_candidate_has_its_own_losses():
    candidates, targets = problem(n_candidates=1)
    losses = {
        fold: ROC_AUC.safe_loss(target.y, candidates[0].predictions[fold])
        for fold, target in targets.items()
    }
    assert cross_fit(candidates, targets, ROC_AUC).losses == pytest.approx(losses)


def test_weights_and_post_processing_for_a_fold_come_from_the_other_folds():
    candidates, targets = problem()
    rules = SelectionRules(size=10)
    fitted = cross_fit(candidates, targets, LOG_LOSS, rules)
    others = {0: targets[0], 2: targets[2]}
    weights = select(
        [c.take({f: np.arange(len(t.y)) for f, t in others.items()}) for c in candidates],
        others, LOG_LOSS, rules,
    ).weights  # fmt: skip
    post_processing = post_processing_of(candidates, weights, others, LOG_LOSS)
    assert post_processing != NO_POST_PROCESSING
    expected = post_processed_loss(candidates, weights, {1: targets[1]}, LOG_LOSS, post_processing)
    assert fitted.losses[1] == pytest.approx(expected)
    assert fitted.loss == pytest.approx(np.mean(list(fitted.losses.values())))


@pytest.mark.parametrize("n_folds", [1, 4])
def test_luck_is_not_told_as_skill(n_folds):
    folds = np.array_split(np.arange(200), n_folds)
    candidates, targets = noise(200, 30, folds)
    lucky = select(candidates, targets, LOG_LOSS, SelectionRules(bags=1))
    assert cross_fit(candidates, targets, LOG_LOSS).loss > lucky.loss + 0.01


def test_rows_held_out_twice_choose_no_weights_for_themselves():
    rows = np.arange(100)
    same, targets = noise(100, 10, [rows, rows])
    assert cross_fit(same, targets, LOG_LOSS).losses == {}
    assert cross_fit(same, targets, LOG_LOSS).loss == math.inf
    shuffled = [rows[:50], rows[50:], rows[::2], rows[1::2]]
    candidates, targets = noise(100, 10, shuffled)
    lucky = select(candidates, targets, LOG_LOSS, SelectionRules(bags=1))
    assert cross_fit(candidates, targets, LOG_LOSS).loss > lucky.loss


def test_a_single_fold_is_split_and_scored_as_a_whole():
    candidates, targets = problem(ROC_AUC, n_folds=1)
    ((fold, target),) = targets.items()
    only = candidates[:1]
    fitted = cross_fit(only, targets, ROC_AUC)
    expected = ROC_AUC.safe_loss(target.y, only[0].predictions[fold], target.weight)
    # Each part is calibrated by the others, which changes the order between parts a little.
    assert fitted.losses == {fold: pytest.approx(expected, rel=0.05)}
    assert math.isfinite(cross_fit(candidates, targets, ROC_AUC).loss)


def test_a_single_row_has_no_cross_fitted_loss():
    candidates, targets = problem(n_rows=1, n_folds=1)
    fitted = cross_fit(candidates, targets, LOG_LOSS)
    assert fitted.loss == math.inf


def test_a_passed_deadline_leaves_at_least_one_fold():
    candidates, targets = problem()
    rules = SelectionRules(deadline=0.0, clock=lambda: 1.0)
    assert len(cross_fit(candidates, targets, LOG_LOSS, rules).losses) == 1


def test_a_passed_deadline_leaves_a_part_of_the_only_fold():
    candidates, targets = problem(n_folds=1, n_candidates=1)
    rules = SelectionRules(deadline=0.0, clock=lambda: 1.0)
    fitted = cross_fit(candidates, targets, ROC_AUC, rules)
    assert fitted.rows is not None
    assert len(fitted.rows) == len(targets[0].y) / 5
    assert not fitted.covers(1)
    chosen = np.isin(targets[0].rows, fitted.rows)
    own = ROC_AUC.safe_loss(targets[0].y[chosen], candidates[0].predictions[0][chosen])
    assert fitted.losses == {0: pytest.approx(own)}
    assert cross_fit(candidates, targets, ROC_AUC).covers(1)


ROWS = np.arange(300)
ONE_FOLD, TWO_SHUFFLES = [ROWS], [ROWS[:150], ROWS[150:], ROWS[::2], ROWS[1::2]]


@pytest.mark.parametrize("folds", [ONE_FOLD, TWO_SHUFFLES], ids=["one fold", "two shuffles"])
@pytest.mark.parametrize("seconds", [0.01, 0.3, 3.0, 30.0])
def test_a_slow_metric_keeps_to_the_deadline(folds, seconds):
    candidates, targets = noise(300, 30, folds)
    slow = SlowMetric(seconds)
    rules = SelectionRules(deadline=10.0, clock=slow.clock)
    fitted = cross_fit(candidates, targets, slow.metric, rules)
    assert slow.now <= 10 + seconds
    assert len(fitted.losses) == (1 if folds is ONE_FOLD else 4) or seconds > 0.01


@pytest.mark.parametrize("seconds", [0.01, 0.3, 3.0, 30.0])
def test_disjoint_folds_need_few_calls_of_a_slow_metric(seconds):
    candidates, targets = problem()
    slow = SlowMetric(seconds)
    rules = SelectionRules(deadline=10.0, clock=slow.clock)
    fitted = cross_fit(candidates, targets, slow.metric, rules)
    assert slow.now <= 10 + seconds
    assert len(fitted.losses) == (3 if seconds < 1 else 2 if seconds < 10 else 0)


def test_without_a_deadline_nothing_is_timed():
    candidates, targets = noise(300, 4, TWO_SHUFFLES)
    found = [cross_fit(candidates, targets, SlowMetric(s).metric) for s in (1e-3, 1e3)]
    assert found[0].losses == found[1].losses
    assert len(found[0].losses) == 4


def test_rows_do_not_choose_the_iteration_of_their_own_score():
    candidates, targets = problem(n_candidates=2)
    worse = {f: np.full_like(p, 0.5) for f, p in candidates[0].predictions.items()}
    cross_fitted = [replace(candidates[0], cross_fitted=worse)]
    losses = cross_fit(cross_fitted, targets, ROC_AUC).losses
    assert losses == pytest.approx(dict.fromkeys(targets, 0.5))
