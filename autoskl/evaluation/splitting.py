"""Splits the rows into folds: stratified, by groups, or with the splitter of the user."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import IntArray
from autoskl.core.seeds import derive_seed
from autoskl.evaluation.folds import Folds, folds_from_pairs, rows_by_fold
from autoskl.evaluation.groups import grouped_tests
from autoskl.evaluation.row_hashes import has_continuous_column, hash_rows, shuffle_keys
from autoskl.evaluation.table_size import is_large
from autoskl.tables.dataset import Dataset

_MAX_HOLDOUT_ROWS = 25_000
_MAX_PREDICTED_ROWS = 2_000_000
"""Rows predicted by all repeats together."""

_MAX_COPIED_SHARE = 0.01
"""Share of rows that are copies of others up to which copies are ignored."""

_MAX_ROWS_PER_SECOND = 500
"""Rows per second of the time limit above which there are three folds.

Then more models in the ensemble gain more than larger training sets do.
"""

Pair = tuple[IntArray, IntArray]


@dataclass(frozen=True, slots=True, eq=False)
class UserRows:
    """The rows as the user passed them, for a splitter of the user.

    Attributes
    ----------
    table : array-like of shape (n_all, n_features)
    y : array-like of shape (n_all,)
        The labels or numbers of the user.
    groups : array-like of shape (n_all,) or None
    kept : ndarray of int of shape (n_rows,) or None
        Positions of the rows in the dataset, which omits those of weight 0; None for all.
    """

    table: Any
    y: Any
    groups: Any = None
    kept: IntArray | None = None

    def positions(self, rows: Any) -> IntArray:
        """Return the positions in the dataset of the rows chosen by a splitter.

        Raises
        ------
        ValueError
            For rows that X does not have, and for arrays that do not select rows.
        """
        selected = np.asarray(rows)
        if selected.dtype == bool and selected.shape != (len(self.y),):
            raise ValueError(
                f"cv has a mask of shape {selected.shape}, but X has {len(self.y)} rows: a mask "
                "needs one boolean for each row."
            )
        chosen = np.flatnonzero(selected) if selected.dtype == bool else _as_positions(selected)
        outside = chosen[(chosen < 0) | (chosen >= len(self.y))]
        if len(outside):
            raise ValueError(f"cv has the row index {outside[0]}, but X has {len(self.y)} rows.")
        if self.kept is None:
            return chosen
        position = np.full(len(self.y), -1, np.intp)
        position[self.kept] = np.arange(len(self.kept))
        positions: IntArray = position[chosen]
        return positions[positions >= 0]


def _as_positions(rows: NDArray[Any]) -> IntArray:
    """Return positions of rows as integers; integral floats are accepted."""
    is_integral = rows.dtype.kind in "iu" or (
        rows.dtype.kind == "f" and np.all(rows == np.floor(rows))
    )
    if rows.ndim == 1 and is_integral:
        return rows.astype(np.intp)
    raise ValueError(
        "cv must select rows by one-dimensional arrays of integers or boolean masks. Got "
        f"{rows.dtype} of shape {rows.shape}."
    )


def split_rows(
    dataset: Dataset,
    cv: Any,
    *,
    seed: int,
    time_limit: float | None,
    source: UserRows | None = None,
    max_repeats: int = 5,
) -> Folds:
    """Return the folds of a fit.

    Parameters
    ----------
    dataset : Dataset
    cv : "auto", int, splitter or iterable of (train, test)
    seed : int
    time_limit : float or None
        Seconds for the whole fit; short fits get fewer folds.
    source : UserRows, default=None
        Rows for a splitter of the user; those of the dataset by default.
    max_repeats : int, default=5
        Passes over the rows, including the core folds; the others are for leading trials.

    Raises
    ------
    ValueError
        From scikit-learn, when ``cv`` does not fit the data.
    """
    if not isinstance(cv, str) and not isinstance(cv, int | np.integer):
        return _user_folds(dataset, cv, seed, source)
    if dataset.groups is not None:
        return _grouped_folds(dataset, cv, time_limit, seed)
    if isinstance(cv, str) and is_large(dataset.n_rows):
        return _holdouts(dataset, seed)
    n_folds, n_passes = n_folds_for(dataset, time_limit) if isinstance(cv, str) else (int(cv), 1)
    if n_folds < 2 or (not isinstance(cv, str) and n_folds > dataset.n_rows):
        raise ValueError(
            f"cv must be at least 2 and at most the number of rows ({dataset.n_rows}). Got {cv!r}."
        )
    repeats = max(n_passes, min(max_repeats, _MAX_PREDICTED_ROWS // max(dataset.n_rows, 1)))
    return _stratified_folds(dataset, n_folds, n_passes, repeats, seed)


def n_folds_for(dataset: Dataset, time_limit: float | None) -> tuple[int, int]:
    """Return the number of folds and of passes over the rows that make a trial complete."""
    n_rows = dataset.n_rows
    if n_rows < 200:
        return max(2, min(5, n_rows)), 2
    if time_limit is not None and n_rows > _MAX_ROWS_PER_SECOND * time_limit:
        return 3, 1
    if n_rows <= 20_000:
        return (8, 1) if time_limit is not None and time_limit >= 300 else (5, 1)
    return (5, 1) if time_limit is None or time_limit >= 300 else (3, 1)


def _strata(dataset: Dataset) -> NDArray[Any]:
    """Class codes; a single stratum for regression, where rows are sorted by the target."""
    return dataset.y if dataset.task.is_classification else np.zeros(dataset.n_rows, np.int64)


def _priority(dataset: Dataset, keys: NDArray[np.uint64], seed: int) -> NDArray[np.float32]:
    """Position of each row in (0, 1] within its class, in random order of the row keys."""
    keys = shuffle_keys(keys, derive_seed(seed, "subset"))
    strata = _strata(dataset)
    order = np.lexsort((keys, strata))
    priority = np.empty(dataset.n_rows, np.float32)
    counts = np.bincount(strata.astype(np.int64))
    ranks = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    priority[order] = (ranks + 1) / np.repeat(counts, counts)
    return priority


def _stratified_folds(
    dataset: Dataset, n_folds: int, n_passes: int, n_repeats: int, seed: int
) -> Folds:
    """Return the folds of ``n_repeats`` passes; copies of rows stay together.

    The first ``n_passes`` make a trial complete.
    """
    keys = hash_rows(dataset)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    if len(first) == len(keys) or len(first) < n_folds or not has_continuous_column(dataset):
        first, inverse = np.arange(len(keys)), np.arange(len(keys))
    targets, contents = dataset.y[first], keys[first]
    single = _single_rows(dataset, targets)
    passes: list[list[IntArray]] = []
    for repeat in range(n_repeats):
        random = shuffle_keys(contents, derive_seed(seed, "folds", repeat))
        assigned = _deal(targets, random, n_folds, by_class=dataset.task.is_classification)
        assigned[single] = -1
        passes.append(rows_by_fold(assigned[inverse], n_folds))
    no_rows = np.empty(0, np.intp)
    return folds_from_pairs(
        [(no_rows, test) for tests in passes for test in tests],
        dataset.n_rows,
        _priority(dataset, keys, seed),
        # If few rows can be predicted, a pass has fewer folds than requested.
        n_core=sum(map(len, passes[:n_passes])),
        complement=True,
        has_copies=len(keys) - len(first) > _MAX_COPIED_SHARE * len(keys),
    )


def _single_rows(dataset: Dataset, targets: NDArray[Any]) -> NDArray[np.bool_]:
    """Single rows of their class, which are fitted in every fold and predicted in none."""
    if not dataset.task.is_classification:
        return np.zeros(len(targets), dtype=bool)
    counts = np.bincount(targets, minlength=dataset.n_classes)
    single: NDArray[np.bool_] = counts[targets] == 1
    return single if not single.all() else np.zeros(len(targets), dtype=bool)


def _deal(
    targets: NDArray[Any], random: NDArray[np.uint64], n_folds: int, *, by_class: bool
) -> NDArray[np.int64]:
    """Deal rows to folds like cards, class by class, or sorted by the target.

    For regression, every block of ``n_folds`` successive targets is spread over all folds.
    """
    n = len(targets)
    dealt = np.empty(n, np.int64)
    if by_class:
        dealt[np.lexsort((random, targets))] = np.arange(n) % n_folds
        return dealt
    order = np.lexsort((random, targets))
    block = np.arange(n) // n_folds
    within = np.lexsort((random[order], block))
    dealt[order[within]] = np.arange(n) % n_folds
    return dealt


def _holdouts(dataset: Dataset, seed: int, n_holdouts: int = 4) -> Folds:
    """Return holdouts; the first makes a trial complete, others are for leading trials."""
    share = min(_MAX_HOLDOUT_ROWS / dataset.n_rows, 0.25)
    keys = hash_rows(dataset)
    priority = _priority(dataset, keys, derive_seed(seed, "holdout"))
    no_rows = np.empty(0, np.intp)
    pairs = []
    for number in range(n_holdouts):
        inside = (priority > number * share) & (priority <= (number + 1) * share)
        pairs.append((no_rows, np.flatnonzero(inside)))
    subset = _priority(dataset, keys, seed)
    return folds_from_pairs(pairs, dataset.n_rows, subset, n_core=1, complement=True)


def _grouped_folds(dataset: Dataset, cv: Any, time_limit: float | None, seed: int) -> Folds:
    automatic = isinstance(cv, str)
    n_folds = n_folds_for(dataset, time_limit)[0] if automatic else int(cv)
    tests = grouped_tests(dataset, n_folds, seed, at_most=automatic)
    no_rows = np.empty(0, np.intp)
    return folds_from_pairs(
        [(no_rows, test) for test in tests],
        dataset.n_rows,
        _priority(dataset, hash_rows(dataset), seed),
        complement=True,
    )


def _user_folds(dataset: Dataset, cv: Any, seed: int, source: UserRows | None) -> Folds:
    from sklearn.model_selection import check_cv

    if source is None:
        source = UserRows(np.zeros((dataset.n_rows, 1)), dataset.y, dataset.groups)
    if isinstance(cv, Iterable) and not hasattr(cv, "split"):
        splits = iter(cv)
    else:
        splitter = check_cv(cv, source.y, classifier=dataset.task.is_classification)
        splits = splitter.split(source.table, source.y, source.groups)
    return folds_from_pairs(
        (_positions(source, split) for split in splits),
        dataset.n_rows,
        _priority(dataset, hash_rows(dataset), seed),
    )


def _positions(source: UserRows, split: Any) -> Pair:
    """Return the positions in the dataset of a split of the user."""
    train, test = map(source.positions, _pair(split))
    if source.kept is not None and not (len(train) and len(test)):
        raise ValueError(
            "A split of cv has no train or no test row with a positive weight; rows with "
            "sample_weight 0 are left out. Pass another cv or other weights."
        )
    return train, test


def _pair(split: Any) -> tuple[Any, Any]:
    """Return train and test of a split."""
    if not hasattr(split, "__len__") or len(split) != 2:
        raise ValueError(
            "cv must yield pairs (train, test) of arrays that select rows. Got "
            f"{reprlib.repr(split)} for a pair."
        )
    train, test = split
    return train, test
