"""Folds that keep groups together, also where there are very many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

from autoskl.core.task import Task
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.splitting import split_rows
from tests.evaluation.test_splitting import fold_of_each_row, make_dataset

MANY = 6_000


def folds_of(y: Any, groups: Any, cv: Any = 5, seed: int = 0) -> Folds:
    task = Task.BINARY if y.dtype.kind == "i" else Task.REGRESSION
    X = np.arange(len(y), dtype=float)[:, None]
    return split_rows(make_dataset(X, y, task=task, groups=groups), cv, seed=seed, time_limit=60)


def table(sizes: Any, seed: int = 0) -> tuple[Any, Any, Any]:
    """Return groups, class codes of which the groups differ, and values of which they differ."""
    rng = np.random.default_rng(seed)
    n = len(sizes)
    groups = np.repeat(rng.permutation(n), sizes)
    y = (rng.random(len(groups)) < rng.beta(0.3, 0.9, n)[groups]).astype(np.int64)
    return groups, y, rng.normal(size=len(groups)) + 3.0 * rng.normal(size=n)[groups]


def sizes_of(n: int = MANY, seed: int = 1) -> Any:
    return np.random.default_rng(seed).integers(1, 10, n)


@pytest.mark.parametrize("cv", [5, "auto", 2, 20])
def test_many_groups_are_not_split_and_folds_are_balanced(cv):
    groups, y, _ = table(sizes_of())
    folds = folds_of(y, groups, cv)
    assert folds.covers
    for fold in range(len(folds)):
        test, train = folds.test(fold), folds.train(fold)
        assert not np.intersect1d(groups[test], groups[train]).size
        assert len(test) == pytest.approx(len(y) / len(folds), rel=0.02)
        assert y[test].mean() == pytest.approx(y.mean(), rel=0.02)


def test_a_rare_class_is_spread_over_all_folds():
    groups, _, _ = table(sizes_of())
    y = np.zeros(len(groups), np.int64)
    y[np.isin(groups, [5, 17, 100, 2000, 2001, 2002, 3000, 4000, 5000, 5001])] = 1
    folds = folds_of(y, groups)
    with_it = [len(np.unique(groups[test][y[test] == 1])) for test in map(folds.test, range(5))]
    assert with_it == [2] * 5


def test_the_target_is_distributed_alike_in_all_folds():
    groups, _, values = table(sizes_of())
    folds = folds_of(values, groups)
    for fold in range(5):
        test = folds.test(fold)
        assert len(test) == pytest.approx(len(values) / 5, rel=0.01)
        assert values[test].mean() == pytest.approx(values.mean(), abs=0.2)
        assert values[test].std() == pytest.approx(values.std(), rel=0.05)


@pytest.mark.parametrize("regression", [False, True])
def test_small_groups_balance_folds_with_large_groups(regression):
    sizes = sizes_of()
    sizes[[3, 70, 800]] = 4_000, 2_500, 700  # of 7,000 in a fold
    groups, y, values = table(sizes)
    folds = folds_of(values if regression else y, groups)
    counts = [len(folds.test(fold)) for fold in range(5)]
    np.testing.assert_allclose(counts, len(y) / 5, rtol=0.03)


def test_a_group_larger_than_a_fold_is_a_fold():
    sizes = sizes_of()
    sizes[0] = sizes.sum()
    groups, y, _ = table(sizes)
    counts = np.sort([len(folds_of(y, groups).test(fold)) for fold in range(5)])
    np.testing.assert_allclose(counts[:4], (len(y) - sizes[0]) / 4, rtol=0.03)
    assert counts[4] == pytest.approx(sizes[0], rel=0.01)


@pytest.mark.parametrize("regression", [False, True])
def test_folds_depend_on_the_seed_and_not_on_the_order_of_rows(regression):
    sizes = sizes_of()
    sizes[3] = 4_000
    groups, y, values = table(sizes)
    target = values if regression else y
    expected = fold_of_each_row(folds_of(target, groups))
    order = np.random.default_rng(2).permutation(len(y))
    shuffled = fold_of_each_row(folds_of(target[order], groups[order]))
    np.testing.assert_array_equal(shuffled, expected[order])
    assert not np.array_equal(fold_of_each_row(folds_of(target, groups, seed=1)), expected)


def test_codes_of_groups_may_have_gaps():
    groups, y, _ = table(sizes_of())
    expected = fold_of_each_row(folds_of(y, groups))
    assert len(np.unique(expected)) == 5
    some = groups % 4 != 0
    folds = folds_of(y[some], groups[some])
    np.testing.assert_allclose(
        [len(folds.test(fold)) for fold in range(5)], some.sum() / 5, rtol=0.02
    )


def test_few_groups_are_split_by_scikit_learn():
    groups, y, values = table(sizes_of(60))
    expected = StratifiedGroupKFold(5, shuffle=True, random_state=3).split(y, y, groups)
    folds = folds_of(y, groups, seed=3)
    for fold, (train, test) in enumerate(expected):
        np.testing.assert_array_equal(folds.test(fold), test)
        np.testing.assert_array_equal(folds.train(fold), train)
    by_size = folds_of(values, groups)
    for fold, (_, test) in enumerate(GroupKFold(5).split(values, values, groups)):
        np.testing.assert_array_equal(by_size.test(fold), test)


@pytest.mark.parametrize("n_groups", [3, 1_500])
def test_more_folds_than_groups_are_an_error_unless_cv_is_auto(n_groups):
    groups, y, _ = table(sizes_of(n_groups))
    with pytest.raises(ValueError, match=rf"at most the number of groups \({n_groups}\)"):
        folds_of(y, groups, n_groups + 1)
    with pytest.raises(ValueError, match="cv must be at least 2"):
        folds_of(y, groups, 1)
    assert len(folds_of(y, groups, "auto")) == min(n_groups, 5)
