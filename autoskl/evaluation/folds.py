"""Which rows are fitted and which are held out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """All splits of a fit, as flat arrays that can be shared with workers.

    The first ``n_core`` folds make a trial complete. Those behind them are new shuffles, which only
    leading trials get.

    Attributes
    ----------
    test_rows : ndarray of int
        Held-out rows of all folds, one after another.
    test_ends : ndarray of int of shape (n_folds,)
        End of each fold in ``test_rows``.
    train_rows, train_ends : ndarray of int
        The same for the fitted rows; empty when these are all other rows.
    priority : ndarray of float32 of shape (n_rows,)
        Position of each row in (0, 1] within its class; the rows up to a share of s are a
        stratified subset that lies inside every larger one.
    n_rows, n_core : int
    covers : bool
        Whether the core folds predict every row exactly once or several times, but all equally.
    has_copies : bool
        Whether more than a few rows are copies of others, with which they stand on one side. Then a
        model that leaves out single rows, as each tree of a forest does, has seen what it predicts.
    """

    test_rows: IntArray
    test_ends: IntArray
    train_rows: IntArray
    train_ends: IntArray
    priority: NDArray[np.float32]
    n_rows: int
    n_core: int
    covers: bool
    has_copies: bool = False

    def __len__(self) -> int:
        return len(self.test_ends)

    def test(self, fold: int) -> IntArray:
        """Held-out rows of a fold."""
        return _slice(self.test_rows, self.test_ends, fold)

    def train(self, fold: int, share: float = 1.0) -> IntArray:
        """Fitted rows of a fold, or a nested stratified share of them."""
        if len(self.train_ends):
            rows = _slice(self.train_rows, self.train_ends, fold)
        else:
            rows = _other_rows(self.test(fold), self.n_rows)
        return rows if share >= 1 else rows[self.priority[rows] <= share]

    def core(self) -> range:
        """Folds that make a trial complete."""
        return range(self.n_core)


def _slice(rows: IntArray, ends: IntArray, fold: int) -> IntArray:
    start = ends[fold - 1] if fold else 0
    return rows[start : ends[fold]]


def _other_rows(rows: IntArray, n_rows: int) -> IntArray:
    mask = np.ones(n_rows, dtype=bool)
    mask[rows] = False
    return np.flatnonzero(mask)


def rows_by_fold(assigned: IntArray, n_folds: int) -> list[IntArray]:
    """Return the rows of each fold that has some.

    Parameters
    ----------
    assigned : ndarray of int of shape (n_rows,)
        Fold of each row; below 0 for none.
    n_folds : int
    """
    tests = (np.flatnonzero(assigned == fold) for fold in range(n_folds))
    return [test for test in tests if len(test)]


def folds_from_pairs(
    pairs: Iterable[tuple[IntArray, IntArray]],
    n_rows: int,
    priority: NDArray[np.float32],
    *,
    n_core: int | None = None,
    complement: bool = False,
    has_copies: bool = False,
) -> Folds:
    """Pack (train, test) pairs, which may be made one at a time: no more than needed is kept.

    Parameters
    ----------
    pairs : iterable of (train rows, test rows)
    n_rows : int
    priority : ndarray of shape (n_rows,)
    n_core : int, default=None
        Folds of a complete trial; all by default.
    complement : bool, default=False
        Whether the train rows are always all other rows; otherwise that is looked at.
    has_copies : bool, default=False

    Raises
    ------
    ValueError
        When there is no fold, or a fold has no rows to fit or to predict.
    """
    trains: list[IntArray | None] = []
    tests: list[IntArray] = []
    for number, (train, test) in enumerate(pairs):
        if len(test) == 0 or (len(train) == 0 and not complement):
            raise ValueError(
                f"Split {number} of cv has {len(train)} rows to fit and {len(test)} to predict: "
                "both need at least one row."
            )
        # Kept for each of 20,000 splits that leave one row out, all other rows would take 3 GB.
        trains.append(None if complement or _are_others(train, test, n_rows) else train)
        tests.append(test)
    if not tests:
        raise ValueError("cv gave no split: at least one is needed.")
    kept: list[IntArray] = []
    if any(train is not None for train in trains):
        kept = [
            _other_rows(test, n_rows) if train is None else train
            for train, test in zip(trains, tests, strict=True)
        ]
    n_core = len(tests) if n_core is None else n_core
    counts = np.bincount(np.concatenate(tests[:n_core]), minlength=n_rows)
    return Folds(
        test_rows=np.concatenate(tests),
        test_ends=np.cumsum([len(test) for test in tests]),
        train_rows=np.concatenate(kept) if kept else np.empty(0, np.intp),
        train_ends=np.cumsum([len(train) for train in kept]) if kept else np.empty(0, np.intp),
        priority=priority,
        n_rows=n_rows,
        n_core=n_core,
        covers=bool(counts.min() == counts.max() > 0),
        has_copies=has_copies,
    )


def _are_others(train: IntArray, test: IntArray, n_rows: int) -> bool:
    """Whether train rows are all other rows, in their order."""
    if len(train) + len(test) != n_rows:
        return False
    return np.array_equal(train, _other_rows(test, n_rows))
