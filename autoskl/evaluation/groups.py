"""Folds in which the rows of a group stay together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import IntArray
from autoskl.core.seeds import derive_seed
from autoskl.evaluation.arrangement import is_large
from autoskl.evaluation.content import shuffled
from autoskl.evaluation.folds import rows_by_fold
from autoskl.tables.dataset import Dataset

_FEW_GROUPS = 1_000
"""More are dealt at once: scikit-learn takes half a millisecond for each."""

_LARGE_SHARE = 0.01
"""Of a fold; larger groups are placed one by one, so that folds become equal around them."""

_MOST_LARGE = 1_000
"""Groups that are placed one by one, which takes some microseconds each."""


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
        Whether there may be fewer folds where there are fewer groups.

    Raises
    ------
    ValueError
        When there are too few groups.
    """
    groups: Any = dataset.groups
    n_groups = int(np.count_nonzero(np.bincount(groups)))
    if n_groups < 2:
        raise ValueError(
            "groups has one group only, but rows of a group must not stand on both sides of a "
            "split. Pass at least two groups, or groups=None."
        )
    n_folds = min(n_folds, n_groups) if at_most else n_folds
    if not 2 <= n_folds <= n_groups:
        raise ValueError(
            f"cv must be at least 2 and at most the number of groups ({n_groups}). Got {n_folds}."
        )
    by_class = dataset.task.is_classification
    if n_groups > _FEW_GROUPS or is_large(dataset.n_rows):
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
    """Deal whole groups to folds of about the same size with about the same target.

    Large groups come first, each to the fold that has the least of what it holds. The others are
    dealt like cards, ordered by their rarest class, how often they have it and their size, or for
    regression by their size and the median of their target.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Class codes, or values.
    groups : ndarray of int of shape (n_rows,)
        From 0 on.
    n_folds : int
        At most the number of groups.
    seed : int
    by_class : bool
        Whether ``y`` holds class codes.

    Returns
    -------
    ndarray of int of shape (n_rows,)
        Fold of each row. It does not depend on the order of the rows.
    """
    counts = np.bincount(groups)
    names = np.flatnonzero(counts)
    group_of, sizes = (np.cumsum(counts > 0) - 1)[groups], counts[names]
    random = shuffled(names.astype(np.uint64), derive_seed(seed, "groups"))
    # Classes by their rarity, or values by their order; rising within each group.
    rank = _by_rarity(y) if by_class else np.unique(y, return_inverse=True)[1]
    n_ranks = int(rank.max()) + 1
    ranks, starts = np.sort(group_of * n_ranks + rank) % n_ranks, np.cumsum(sizes) - sizes

    large = np.flatnonzero(sizes > _LARGE_SHARE * len(y) / n_folds)
    large = large[np.lexsort((random[large], -sizes[large]))][:_MOST_LARGE]
    dealt = np.full(len(sizes), -1)
    classes = ranks if by_class else np.zeros_like(ranks)
    dealt[large], filled = _place(large, classes, starts, sizes, n_folds)

    if by_class:
        rarest = ranks[starts]
        often = np.add.reduceat((ranks == rarest.repeat(sizes)).astype(np.intp), starts)
        ranked = np.lexsort((random, sizes, often, rarest))[::-1]
    else:
        ranked = np.lexsort((random, ranks[starts + sizes // 2], sizes))[::-1]
    ranked = ranked[dealt[ranked] < 0]
    # Neighbours come to all folds in a random order, else the first would get the largest of each.
    mixed = np.lexsort((random[ranked], np.arange(len(ranked)) // n_folds))
    dealt[ranked[mixed]] = _turns(np.maximum(len(y) / n_folds - filled, 0.0), len(ranked))
    by_row: IntArray = dealt[group_of]
    return by_row


def _place(
    chosen: IntArray, classes: IntArray, starts: IntArray, sizes: IntArray, n_folds: int
) -> tuple[IntArray, NDArray[np.float64]]:
    """Place groups one after another; return their folds, and how many rows these have then.

    Folds become equal by the chi-square distance of their counts, that of all rows besides that of
    each class.

    Parameters
    ----------
    chosen : ndarray of int
    classes : ndarray of int of shape (n_rows,)
        Of all rows, group by group.
    starts, sizes : ndarray of int of shape (n_groups,)
        Where the rows of each group are.
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
    """Return the place of the class of each row among the classes, the rarest first."""
    counts = np.bincount(y)
    places = np.empty(len(counts), np.intp)
    places[np.argsort(counts, kind="stable")] = np.arange(len(counts))
    by_row: IntArray = places[y]
    return by_row


def _turns(room: NDArray[np.float64], n_turns: int) -> IntArray:
    """Return the folds in the order in which they take groups, each as often as it has room."""
    share = room / max(room.sum(), 1e-9)
    times = np.ceil(share * n_turns).astype(np.intp)
    fold = np.repeat(np.arange(len(room)), times)
    turn = np.arange(len(fold)) - np.repeat(np.cumsum(times) - times, times)
    when = (turn + 0.5) / share[fold]
    in_order: IntArray = fold[np.argsort(when, kind="stable")][:n_turns]
    return in_order
