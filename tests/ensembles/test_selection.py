from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.core import metrics
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.ensembles.candidate import mixture_loss
from autoskl.ensembles.selection import SelectionRules, select, trim_weights
from tests.ensembles.factories import SlowMetric, candidate_of, problem, targets_of

CASES = [
    (metrics.LOG_LOSS, 2), (metrics.LOG_LOSS, 4), (metrics.ROC_AUC, 2), (metrics.ACCURACY, 2),
    (metrics.BALANCED_ACCURACY, 3), (metrics.MATTHEWS, 2), (metrics.SQUARED_ERROR, 1),
    (metrics.ROOT_SQUARED_ERROR, 1), (metrics.R2, 1), (metrics.ABSOLUTE_ERROR, 1),
]  # fmt: skip
cases = st.builds(
    lambda case, **kwargs: (case[0], problem(case[0], n_classes=case[1], **kwargs)),
    st.sampled_from(CASES),
    n_rows=st.integers(30, 150),
    n_candidates=st.integers(1, 7),
    n_folds=st.integers(1, 4),
    weighted=st.booleans(),
    seed=st.integers(0, 10_000),
)
some_rules = st.builds(
    SelectionRules, size=st.integers(1, 12), bags=st.sampled_from([None, 1, 3]), seed=st.just(0)
)


@settings(deadline=None, max_examples=80)
@given(cases, some_rules)
def test_laws_of_the_ensemble(case, rules):
    metric, (candidates, targets) = case
    selection = select(candidates, targets, metric, rules)
    weights = list(selection.weights.values())
    assert sum(weights) == pytest.approx(1)
    assert min(weights) >= 0.02
    assert weights == sorted(weights, reverse=True)
    assert selection.loss <= min(c.loss(selection.folds) for c in candidates)
    selected = {fold: targets[fold] for fold in selection.folds}
    assert selection.loss == pytest.approx(
        mixture_loss(candidates, selection.weights, selected, metric), rel=1e-9
    )


@settings(deadline=None, max_examples=40)
@given(cases, some_rules, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(case, rules, random):
    metric, (candidates, targets) = case
    shuffled = random.sample(candidates, len(candidates))
    assert select(shuffled, targets, metric, rules) == select(candidates, targets, metric, rules)


@settings(deadline=None, max_examples=40)
@given(cases, some_rules)
def test_rows_of_weight_zero_do_not_matter(case, rules):
    metric, (candidates, targets) = case
    if next(iter(targets.values())).weight is None:
        return
    kept = {fold: np.flatnonzero(target.weight) for fold, target in targets.items()}
    if not all(map(len, kept.values())):
        return
    fewer = {fold: target.take(kept[fold]) for fold, target in targets.items()}
    part = [c.take(kept) for c in candidates]
    assert select(part, fewer, metric, rules) == select(candidates, targets, metric, rules)


def test_diverse_candidates_make_a_better_ensemble():
    candidates, targets = problem(n_rows=2000)
    selection = select(candidates, targets, metrics.LOG_LOSS)
    assert selection.loss < 0.98 * min(c.loss(targets) for c in candidates)
    assert len(selection.weights) > 2


def test_only_shared_folds_count():
    candidates, targets = problem(n_folds=3)
    first = candidates[0]
    candidates[0] = replace(
        first, predictions={0: first.predictions[0]}, losses={0: first.losses[0]}
    )
    assert select(candidates, targets, metrics.LOG_LOSS).folds == (0,)


def test_folds_may_overlap():
    y = np.arange(40) % 2
    targets = targets_of(y, [np.arange(30), np.arange(10, 40)])
    rng = np.random.default_rng(0)
    outputs = rng.dirichlet([1, 1], size=(3, 40))
    candidates = [
        candidate_of(j, {f: p[t.rows] for f, t in targets.items()}, targets, metrics.LOG_LOSS)
        for j, p in enumerate(outputs)
    ]
    assert select(candidates, targets, metrics.LOG_LOSS).folds == (0, 1)


def test_nothing_to_select_from():
    with pytest.raises(ValueError, match="share no fold"):
        select([], {}, metrics.LOG_LOSS)


def test_a_fold_that_the_metric_cannot_score_is_left_out():
    y = np.r_[np.zeros(10, int), np.arange(10) % 2]
    targets = targets_of(y, [np.arange(10), np.arange(10, 20)])
    rng = np.random.default_rng(0)
    candidates = [
        candidate_of(
            j, {f: rng.dirichlet([1, 1], size=10) for f in targets}, targets, metrics.ROC_AUC
        )
        for j in range(3)
    ]
    selection = select(candidates, targets, metrics.ROC_AUC)
    assert selection.folds == (1,)
    assert math.isfinite(selection.loss)


def test_a_metric_that_can_score_nothing_leaves_the_first_candidate():
    def broken(estimator, X, y):
        raise RuntimeError

    metric = resolve_scoring(broken, Task.BINARY, np.array([0, 1]))
    candidates, targets = problem(metric)
    assert select(candidates, targets, metric).weights == {0: 1.0}


def test_equally_good_candidates_the_cheaper():
    candidates, targets = problem(n_candidates=1)
    twin = replace(candidates[0], number=1, cost=-1.0)
    assert select([*candidates, twin], targets, metrics.LOG_LOSS).weights == {1: 1.0}


def test_a_passed_deadline_still_gives_an_ensemble():
    candidates, targets = problem(n_rows=1500)
    ticks = iter(range(100))
    rules = SelectionRules(deadline=3, clock=lambda: next(ticks))
    selection = select(candidates, targets, metrics.LOG_LOSS, rules)
    assert 1 <= len(selection.weights) <= 4
    assert next(ticks) <= 6


@pytest.mark.parametrize("metric", [metrics.LOG_LOSS, SlowMetric(0.0).metric])
@pytest.mark.parametrize("n_rows", [400, 2000])
def test_one_addition_is_the_best_candidate(metric, n_rows):
    candidates, targets = problem(metric, n_rows)
    best = min(candidates, key=lambda c: c.loss(targets))
    selection = select(candidates, targets, metric, SelectionRules(size=1))
    assert selection.weights == {best.number: 1.0}
    assert selection.loss == best.loss(targets)


@pytest.mark.parametrize(
    "seconds", [1e-3, 0.05, 0.2, 0.35, 0.7, 3.0, 30.0, lambda n: 5.0 * (n > 2)]
)
@pytest.mark.parametrize("n_candidates", [2, 8])
def test_a_slow_metric_keeps_to_the_deadline_within_a_call(seconds, n_candidates):
    candidates, targets = problem(n_rows=300, n_candidates=n_candidates)
    slow = SlowMetric(seconds)
    rules = SelectionRules(deadline=8.0, clock=slow.clock)
    selection = select(candidates, targets, slow.metric, rules)
    longest = 5.0 if callable(seconds) else seconds
    assert slow.now <= 8.0 + longest
    alone = min(c.loss(targets) for c in candidates)
    assert sum(selection.weights.values()) == pytest.approx(1)
    assert selection.loss <= alone
    # There is time for the two best ones at least.
    assert selection.loss < alone or longest > 0.35 or n_candidates == 2


def test_calls_of_a_slow_metric_take_no_more_than_their_seconds():
    candidates, targets = problem(n_rows=300, n_candidates=8)
    slow = SlowMetric(0.5)
    rules = SelectionRules(deadline=1e6, slow_seconds=20.0, clock=slow.clock)
    assert len(select(candidates, targets, slow.metric, rules).weights) > 1
    assert slow.now <= 20.5


def test_a_passed_deadline_asks_a_slow_metric_nothing():
    candidates, targets = problem()
    slow = SlowMetric(1.0)
    rules = SelectionRules(deadline=0.0, clock=slow.clock)
    assert len(select(candidates, targets, slow.metric, rules).weights) == 1
    assert slow.calls == 0


def test_without_a_deadline_the_seconds_of_a_slow_metric_decide_nothing():
    candidates, targets = problem(n_rows=300, n_candidates=8)
    slow = [SlowMetric(seconds) for seconds in (1e-6, 1e3)]
    found = [select(candidates, targets, s.metric, SelectionRules(clock=s.clock)) for s in slow]
    assert found[0] == found[1]
    assert slow[0].calls == slow[1].calls <= 600 + 3
    # Where there is time enough, a deadline changes nothing.
    quick = SlowMetric(1e-6)
    rules = SelectionRules(deadline=100.0, clock=quick.clock)
    assert select(candidates, targets, quick.metric, rules) == found[0]


@pytest.mark.parametrize("bags", [1, None])
def test_same_seed_same_selection(bags):
    candidates, targets = problem()
    rules = SelectionRules(bags=bags, seed=5)
    assert select(candidates, targets, metrics.LOG_LOSS, rules) == select(
        candidates, targets, metrics.LOG_LOSS, rules
    )


def test_few_rows_are_bagged():
    candidates, targets = problem(n_rows=200)
    auto = select(candidates, targets, metrics.LOG_LOSS)
    assert auto == select(candidates, targets, metrics.LOG_LOSS, SelectionRules(bags=10))
    assert auto != select(candidates, targets, metrics.LOG_LOSS, SelectionRules(bags=1))


def test_a_part_of_the_rows_is_enough_to_select_by():
    candidates, targets = problem(n_rows=4000)
    part = select(candidates, targets, metrics.LOG_LOSS, SelectionRules(max_rows=1500))
    whole = select(candidates, targets, metrics.LOG_LOSS)
    assert whole.loss <= part.loss < 1.01 * whole.loss


def test_scorers_of_scikit_learn():
    metric = resolve_scoring("d2_log_loss_score", Task.MULTICLASS, np.array(["a", "b", "c"]))
    candidates, targets = problem(metric, n_classes=3)
    selection = select(candidates, targets, metric, SelectionRules(size=5))
    assert selection.loss <= min(c.loss(targets) for c in candidates)


def test_small_weights_are_dropped():
    assert trim_weights({1: 0.5, 2: 0.49, 3: 0.01}) == {1: 0.5 / 0.99, 2: 0.49 / 0.99}
    even = trim_weights(dict.fromkeys(range(100), 0.01))
    assert len(even) == 100


@pytest.mark.parametrize("seed", range(3))
def test_a_constant_has_no_weight_where_only_the_order_counts(seed):
    metric = metrics.ROC_AUC
    candidates, targets = problem(metric, n_rows=2_000, n_candidates=2, seed=seed)
    bold = [
        candidate_of(c.number, {f: _bold(p) for f, p in c.predictions.items()}, targets, metric)
        for c in candidates
    ]
    share = {f: np.tile([0.55, 0.45], (len(t.y), 1)) for f, t in targets.items()}
    constant = candidate_of(9, share, targets, metric, family="constant")
    assert 9 not in select([*bold, constant], targets, metric).weights
    # Alone it is better than nothing.
    assert select([constant], targets, metric).weights == {9: 1.0}


def _bold(probabilities):
    """Return probabilities many of which are rounded to 0 or 1 beside others."""
    powers = probabilities**12
    return powers / powers.sum(axis=1, keepdims=True)
