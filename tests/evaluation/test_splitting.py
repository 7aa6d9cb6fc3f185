from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold, LeaveOneOut, RepeatedKFold, ShuffleSplit, TimeSeriesSplit

from autoskl.core.task import Task
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.splitting import n_folds_for, split_rows
from autoskl.evaluation.table_size import is_large
from autoskl.tables.columns import Column, Kind
from autoskl.tables.dataset import Dataset


def make_dataset(X, y, *, task=Task.BINARY, groups=None) -> Dataset:
    X = np.ascontiguousarray(X, dtype=np.float64)
    n_classes = 1 if task is Task.REGRESSION else int(y.max()) + 1
    columns = tuple(Column(f"f{j}", Kind.NUMERIC) for j in range(X.shape[1]))
    return Dataset(X=X, y=y, columns=columns, task=task, n_classes=n_classes, groups=groups)


def classification(n=120, seed=0, n_classes=3):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % n_classes).astype(np.int64)
    return rng.normal(size=(n, 4)), y


def fold_of_each_row(folds: Folds) -> np.ndarray:
    assigned = np.full(folds.n_rows, -1)
    for fold in folds.core():
        assigned[folds.test(fold)] = fold
    return assigned


def test_core_folds_cover_every_row_and_are_stratified():
    X, y = classification(400)
    folds = split_rows(make_dataset(X, y, task=Task.MULTICLASS), 4, seed=1, time_limit=None)
    assert folds.n_core == 4
    assert folds.covers
    for fold in folds.core():
        test, train = folds.test(fold), folds.train(fold)
        assert len(np.intersect1d(test, train)) == 0
        assert len(test) + len(train) == 400
        assert np.ptp(np.bincount(y[test])) <= 1


@given(st.integers(0, 2**31), st.sampled_from([Task.MULTICLASS, Task.REGRESSION]))
@settings(max_examples=25, deadline=None)
def test_folds_do_not_depend_on_the_order_of_rows(seed, task):
    X, y = classification(90, seed)
    if task is Task.REGRESSION:
        y = X[:, 0] + y
    order = np.random.default_rng(seed).permutation(90)
    original = split_rows(make_dataset(X, y, task=task), 5, seed=3, time_limit=None)
    shuffled = split_rows(make_dataset(X[order], y[order], task=task), 5, seed=3, time_limit=None)
    np.testing.assert_array_equal(fold_of_each_row(original)[order], fold_of_each_row(shuffled))


@given(st.integers(0, 2**31))
@settings(max_examples=25, deadline=None)
def test_copies_of_a_row_stay_together(seed):
    X, y = classification(60, seed)
    times = np.random.default_rng(seed).integers(1, 4, 60)
    single = split_rows(make_dataset(X, y), 5, seed=0, time_limit=None)
    repeated = split_rows(
        make_dataset(X.repeat(times, axis=0), y.repeat(times)), 5, seed=0, time_limit=None
    )
    np.testing.assert_array_equal(
        fold_of_each_row(single).repeat(times), fold_of_each_row(repeated)
    )


def test_equal_rows_of_a_table_of_few_levels_are_spread():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 2, (200, 2)), rng.integers(0, 2, 200)
    folds = split_rows(make_dataset(X, y), 5, seed=0, time_limit=None)
    sizes = [len(folds.test(fold)) for fold in folds.core()]
    assert max(sizes) - min(sizes) <= 2


def test_repeats_follow_the_core_folds():
    X, y = classification(300)
    folds = split_rows(make_dataset(X, y), 5, seed=0, time_limit=None, max_repeats=3)
    assert len(folds) == 15
    assert folds.n_core == 5
    assert not np.array_equal(np.sort(folds.test(0)), np.sort(folds.test(5)))


def test_subsets_are_nested_and_stratified():
    X, y = classification(1000)
    folds = split_rows(make_dataset(X, y), 5, seed=0, time_limit=None)
    small, large = folds.train(0, 0.1), folds.train(0, 0.4)
    assert set(small) < set(large) < set(folds.train(0))
    assert np.ptp(np.bincount(y[large])) <= 0.1 * len(large)


def test_the_only_row_of_a_class_is_always_fitted():
    X, y = classification(50, n_classes=2)
    y[7] = 2
    folds = split_rows(make_dataset(X, y, task=Task.MULTICLASS), 5, seed=0, time_limit=None)
    assert all(7 in folds.train(fold) and 7 not in folds.test(fold) for fold in range(len(folds)))


def test_groups_are_not_split():
    X, y = classification(200)
    groups = np.arange(200) // 10
    folds = split_rows(make_dataset(X, y, groups=groups), "auto", seed=0, time_limit=60)
    for fold in folds.core():
        assert not set(groups[folds.test(fold)]) & set(groups[folds.train(fold)])


def test_one_group_is_an_error():
    X, y = classification(20)
    with pytest.raises(ValueError, match="a single group"):
        split_rows(make_dataset(X, y, groups=np.zeros(20, int)), 5, seed=0, time_limit=None)


def test_folds_of_users_may_overlap_and_leave_rows_out():
    X, y = classification(60)
    dataset = make_dataset(X, y)
    partial = split_rows(dataset, TimeSeriesSplit(3), seed=0, time_limit=None)
    assert len(partial) == partial.n_core == 3
    assert not partial.covers
    np.testing.assert_array_equal(partial.train(0), np.arange(15))
    overlapping = split_rows(
        dataset, RepeatedKFold(n_splits=3, n_repeats=2, random_state=0), seed=0, time_limit=None
    )
    assert len(overlapping) == 6
    assert overlapping.covers
    mask = np.zeros(60, dtype=bool)
    mask[:20] = True
    by_mask = split_rows(dataset, [(~mask, mask)], seed=0, time_limit=None)
    np.testing.assert_array_equal(by_mask.test(0), np.arange(20))


def test_an_empty_split_is_an_error():
    X, y = classification(30)
    with pytest.raises(ValueError, match="Split 0 of cv has 30 train rows and 0 test rows"):
        split_rows(make_dataset(X, y), [(np.arange(30), [])], seed=0, time_limit=None)
    with pytest.raises(ValueError, match="cv yielded no split"):
        split_rows(make_dataset(X, y), iter([]), seed=0, time_limit=None)


def test_more_folds_than_rows_is_an_error():
    X, y = classification(10)
    with pytest.raises(ValueError, match="at most the number of rows"):
        split_rows(make_dataset(X, y), 11, seed=0, time_limit=None)


@pytest.mark.parametrize(
    ("n_rows", "time_limit", "expected"),
    [
        (100, 60, (5, 2)),
        (1000, 60, (5, 1)),
        (1000, 600, (8, 1)),
        (50_000, 60, (3, 1)),
        (6_000, 10, (3, 1)),
        (6_000, 20, (5, 1)),
    ],
)
def test_number_of_folds_by_rows_and_time(n_rows, time_limit, expected):
    X, y = np.arange(n_rows, dtype=float)[:, None], np.arange(n_rows) % 2
    assert n_folds_for(make_dataset(X, y), time_limit) == expected


def test_a_large_table_has_one_holdout():
    n = 120_000
    X, y = np.arange(n, dtype=float)[:, None] + 0.5, np.arange(n) % 2
    folds = split_rows(make_dataset(X, y), "auto", seed=0, time_limit=60)
    assert folds.n_core == 1
    assert len(folds.test(0)) == pytest.approx(25_000, abs=2)
    assert not np.intersect1d(folds.test(0), folds.test(1)).size


MASK = np.arange(30) < 20


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ((MASK[:25], ~MASK), r"cv has a mask of shape \(25,\), but X has 30 rows"),
        ((np.arange(20), np.arange(20, 30), 1), r"cv must yield pairs \(train, test\)"),
        (np.arange(3), r"cv must yield pairs .* Got array\(\[0, 1, 2\]\)"),
        (5, "cv must yield pairs .* Got 5"),
        ((1, 2), r"cv must select rows by .* Got int64 of shape \(\)"),
        ((np.arange(20) + 0.5, np.arange(3)), "cv must select rows by .* Got float64"),
        ((["a"], ["b"]), "cv must select rows by .* integers"),
    ],
)
def test_invalid_splits_raise_an_error(split, message):
    X, y = classification(30)
    with pytest.raises(ValueError, match=message):
        split_rows(make_dataset(X, y), [split], seed=0, time_limit=None)


def test_a_splitter_must_yield_pairs():
    class Threes(TimeSeriesSplit):
        def split(self, X, y=None, groups=None):
            return ((train, test, 1) for train, test in super().split(X, y, groups))

    X, y = classification(30)
    with pytest.raises(ValueError, match=r"cv must yield pairs \(train, test\)"):
        split_rows(make_dataset(X, y), Threes(2), seed=0, time_limit=None)


def test_positions_may_be_integral_floats():
    X, y = classification(30)
    folds = split_rows(
        make_dataset(X, y), [(np.arange(20.0), list(range(20, 30)))], seed=0, time_limit=None
    )
    np.testing.assert_array_equal(folds.test(0), np.arange(20, 30))


def test_a_pass_may_have_fewer_folds_than_requested():
    X, _ = classification(300)
    y = np.maximum(np.arange(300) - 1, 0)  # only the first class has two rows
    folds = split_rows(make_dataset(X, y, task=Task.MULTICLASS), 11, seed=0, time_limit=None)
    assert folds.n_core == 2
    assert len(folds) == 10
    np.testing.assert_array_equal(np.sort([folds.test(0), folds.test(1)], axis=0), [[0], [1]])


@pytest.mark.parametrize("cv", [8, "auto"])
def test_a_complete_trial_predicts_every_row_of_a_pass_once(cv):
    X, _ = classification(24)
    y = np.r_[0, 0, 1, 1, np.arange(2, 22)]
    folds = split_rows(make_dataset(X, y, task=Task.MULTICLASS), cv, seed=0, time_limit=None)
    predicted = np.concatenate([folds.test(fold) for fold in folds.core()])
    np.testing.assert_array_equal(np.bincount(predicted), [2 if cv == "auto" else 1] * 4)


def peak_of_splitting(dataset, cv) -> tuple[Folds, int]:
    tracemalloc.start()
    try:
        folds = split_rows(dataset, cv, seed=0, time_limit=None)
        return folds, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("as_pairs", [False, True])
def test_train_rows_that_are_all_others_are_not_stored(as_pairs):
    n = 1_500
    X, y = classification(n)
    splitter = LeaveOneOut()
    cv = splitter.split(X) if as_pairs else splitter
    folds, peak = peak_of_splitting(make_dataset(X, y), cv)
    assert peak < n * n * 8 / 5
    assert len(folds.train_rows) == 0
    for fold, (train, test) in enumerate(splitter.split(X[:5])):
        np.testing.assert_array_equal(folds.test(fold), test)
        np.testing.assert_array_equal(folds.train(fold)[:4], train)
        assert len(folds.train(fold)) == n - 1


@pytest.mark.parametrize(
    ("cv", "first"), [(TimeSeriesSplit(4), 3), (KFold(4), 0), (ShuffleSplit(3, random_state=0), 0)]
)
def test_trials_begin_with_a_fold_of_many_train_rows(cv, first):
    X, y = classification(103)
    assert split_rows(make_dataset(X, y), cv, seed=0, time_limit=None).first_large() == first


def test_the_order_of_train_rows_of_users_is_kept():
    X, y = classification(60)
    rows = np.arange(60)
    backwards = rows[::-1]
    pairs = [(rows[20:], rows[:20]), (backwards[20:], backwards[:20]), (rows[:30], rows[40:])]
    folds = split_rows(make_dataset(X, y), pairs, seed=0, time_limit=None)
    for fold, (train, test) in enumerate(pairs):
        np.testing.assert_array_equal(folds.train(fold), train)
        np.testing.assert_array_equal(folds.test(fold), test)


@pytest.mark.parametrize(("n_rows", "n_core"), [(100_000, 3), (100_001, 1)])
def test_tables_above_the_limit_have_one_core_fold(n_rows, n_core):
    X, y = np.arange(n_rows, dtype=float)[:, None] + 0.5, np.arange(n_rows) % 2
    assert split_rows(make_dataset(X, y), "auto", seed=0, time_limit=60).n_core == n_core
    assert is_large(n_rows) == (n_core == 1)
