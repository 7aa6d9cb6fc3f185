"""Folds that keep the rows of each group together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import IntArray
from autoskl.core.seeds import derive_seed
from autoskl.evaluation.folds import rows_by_fold
from autoskl.evaluation.row_hashes import shuffle_keys
from autoskl.evaluation.table_size import is_large
from autoskl.tables.dataset import Dataset

_MAX_SKLEARN_GROUPS = 1_000
"""More groups are dealt at once: scikit-learn takes half a millisecond for each."""

_LARGE_SHARE = 0.01
"""Groups that are a larger share of a fold are placed one by one, to balance the folds."""

_MAX_LARGE_GROUPS = 1_000
"""Number of groups placed one by one, which takes some microseconds each."""


def grouped_tests(
    dataset: Dataset, n_folds: int, seed: int, *, at_most: bool = False
) -> list[IntArray]:
    """Return the rows that each fold holds out.

    Parameters
    ----------
    dataset : Dataset
        With groups.
    n_folds : int
    seed : int
    at_most : bool, default=False
        Whether fewer folds are allowed if there are fewer groups.

    Raises
    ------
    ValueError
        When there are too few groups.
    """
    groups: Any = dataset.groups
    n_groups = int(np.count_nonzero(np.bincount(groups)))
    if n_groups < 2:
        raise ValueError(
            "groups contains a single group, but rows of a group must not be on both sides of a "
            "split. Pass at least two groups, or groups=None."
        )
    n_folds = min(n_folds, n_groups) if at_most else n_folds
    if not 2 <= n_folds <= n_groups:
        raise ValueError(
            f"cv must be at least 2 and at most the number of groups ({n_groups}). Got {n_folds}."
        )
    by_class = dataset.task.is_classification
    if n_groups > _MAX_SKLEARN_GROUPS or is_large(dataset.n_rows):
        dealt = deal_groups(dataset.y, groups, n_folds, seed, by_class=by_class)
        return rows_by_fold(dealt, n_folds)

    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    if by_class and np.bincount(dataset.y).min() >= n_folds:
        splitter: Any = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    else:
        splitter = GroupKFold(n_folds)
    pairs = splitter.split(np.zeros(dataset.n_rows), dataset.y, groups)
    return [test for _, test in pairs if 0 < len(test) < dataset.n_rows]


def deal_groups(
    y: NDArray[Any], groups: IntArray, n_folds: int, seed: int, *, by_class: bool
) -> IntArray:
    """Deal whole groups to folds of about the same size and distribution of the target.

    Large groups come first, each to the fold that has the least of its classes. The others are
    dealt like cards, sorted by their rarest class, its count and their size, or for regression by
    their size and their median target.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    groups : ndarray of int of shape (n_rows,)
        Codes of groups, not negative.
    n_folds : int
        At most the number of groups.
    seed : int
    by_class : bool
        Whether ``y`` holds class codes.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        Fold of each row, whatever the order of the rows.
    """
    counts = np.bincount(groups)
    names = np.flatnonzero(counts)
    group_of, sizes = (np.cumsum(counts > 0) - 1)[groups], counts[names]
    random = shuffle_keys(names.astype(np.uint64), derive_seed(seed, "groups"))
    # Ranks of classes by rarity, or of values; ascending within each group.
    rank = _by_rarity(y) if by_class else np.unique(y, return_inverse=True)[1]
    n_ranks = int(rank.max()) + 1
    ranks, starts = np.sort(group_of * n_ranks + rank) % n_ranks, np.cumsum(sizes) - sizes

    large = np.flatnonzero(sizes > _LARGE_SHARE * len(y) / n_folds)
    large = large[np.lexsort((random[large], -sizes[large]))][:_MAX_LARGE_GROUPS]
    dealt = np.full(len(sizes), -1)
    classes = ranks if by_class else np.zeros_like(ranks)
    dealt[large], filled = _place_one_by_one(large, classes, starts, sizes, n_folds)

    if by_class:
        rarest = ranks[starts]
        often = np.add.reduceat((ranks == rarest.repeat(sizes)).astype(np.intp), starts)
        ranked = np.lexsort((random, sizes, often, rarest))[::-1]
    else:
        ranked = np.lexsort((random, ranks[starts + sizes // 2], sizes))[::-1]
    ranked = ranked[dealt[ranked] < 0]
    # Random within each round, else the first fold would always get the largest group.
    by_round = np.lexsort((random[ranked], np.arange(len(ranked)) // n_folds))
    dealt[ranked[by_round]] = _turn_order(np.maximum(len(y) / n_folds - filled, 0.0), len(ranked))
    by_row: IntArray = dealt[group_of]
    return by_row


def _place_one_by_one(
    chosen: IntArray, classes: IntArray, starts: IntArray, sizes: IntArray, n_folds: int
) -> tuple[IntArray, NDArray[np.float64]]:
    """Place groups one by one; return the fold of each, and the number of rows in each fold.

    Each goes to the fold that minimises the chi-square distance of the counts of rows, in total and
    by class.

    Parameters
    ----------
    chosen : ndarray of int
    classes : ndarray of int of shape (n_rows,)
        Class of all rows, group by group.
    starts, sizes : ndarray of int of shape (n_groups,)
        Position of the rows of each group.
    n_folds : int
    """
    totals = np.append(np.bincount(classes), len(classes))
    filled = np.zeros((n_folds, len(totals)))
    folds = np.empty(len(chosen), np.intp)
    for place, group in enumerate(chosen):
        own = classes[starts[group] : starts[group] + sizes[group]]
        counts = np.append(np.bincount(own, minlength=len(totals) - 1), len(own))
        folds[place] = np.argmin(filled @ (counts / np.maximum(totals, 1)))
        filled[folds[place]] += counts
    return folds, filled[:, -1]


def _by_rarity(y: IntArray) -> IntArray:
    """Return the rank of the class of each row by rarity, 0 for the rarest."""
    counts = np.bincount(y)
    places = np.empty(len(counts), np.intp)
    places[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    by_row: IntArray = places[y]
    return by_row


def _turn_order(room: NDArray[np.float64], n_turns: int) -> IntArray:
    """Return the fold that takes the next group at each turn, in proportion to their room."""
    share = room / max(room.sum(), 1e-9)
    times = np.ceil(share * n_turns).astype(np.intp)
    fold = np.repeat(np.arange(len(room)), times)
    turn = np.arange(len(fold)) - np.repeat(np.cumsum(times) - times, times)
    when = (turn + 0.5) / share[fold]
    in_order: IntArray = fold[np.argsort(when, kind="stable")][:n_turns]
    return in_order
