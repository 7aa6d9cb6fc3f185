"""The training rows and the held-out rows of each fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import MIN_TRAIN_SHARE, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """All splits of a fit, as flat arrays that can be shared with workers.

    The first ``n_core`` folds make a trial complete. The others repeat them with new shuffles, for
    leading trials only.

    Attributes
    ----------
    test_rows : ndarray of int
        Held-out rows of all folds, concatenated.
    test_ends : ndarray of int of shape (n_folds,)
        End of each fold in ``test_rows``.
    train_rows, train_ends : ndarray of int
        The same for the training rows; empty if these are always all other rows.
    priority : ndarray of float32 of shape (n_rows,)
        Position of each row in (0, 1] within its class; the rows with at most s are a stratified
        subset of the share s, nested in all larger ones.
    n_rows, n_core : int
    covers : bool
        Whether the core folds hold out all rows equally often, at least once.
    has_copies : bool
        Whether more than a few rows are copies of others, which folds keep together. Then a model
        that leaves out single rows, like each tree of a forest, is fitted on what it predicts.
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
        """Training rows of a fold, or a nested stratified share of them."""
        if len(self.train_ends):
            rows = _slice(self.train_rows, self.train_ends, fold)
        else:
            rows = _other_rows(self.test(fold), self.n_rows)
        return rows if share >= 1 else rows[self.priority[rows] <= share]

    def core(self) -> range:
        """Folds that make a trial complete."""
        return range(self.n_core)

    def first_large(self) -> int:
        """Return the first core fold with about as many training rows as the largest."""
        n_train = np.array([self.n_train(fold) for fold in self.core()])
        return int(np.argmax(n_train >= MIN_TRAIN_SHARE * n_train.max()))

    def n_train(self, fold: int) -> int:
        """Return the number of training rows, or 0 if these are always all other rows."""
        if not len(self.train_ends):
            return 0
        return int(np.diff(self.train_ends, prepend=0)[fold])


def _slice(rows: IntArray, ends: IntArray, fold: int) -> IntArray:
    start = ends[fold - 1] if fold else 0
    return rows[start : ends[fold]]


def _other_rows(rows: IntArray, n_rows: int) -> IntArray:
    mask = np.ones(n_rows, dtype=bool)
    mask[rows] = False
    return np.flatnonzero(mask)


def rows_by_fold(assigned: IntArray, n_folds: int) -> list[IntArray]:
    """Return the rows of each fold, without empty folds.

    Parameters
    ----------
    assigned : ndarray of int of shape (n_rows,)
        Fold of each row; negative for none.
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
    """Pack (train, test) pairs, which may come from a generator: only what is needed is kept.

    Parameters
    ----------
    pairs : iterable of (train rows, test rows)
    n_rows : int
    priority : ndarray of shape (n_rows,)
    n_core : int, default=None
        Folds of a complete trial; all by default.
    complement : bool, default=False
        Whether the train rows are known to be all other rows; otherwise that is checked.
    has_copies : bool, default=False

    Raises
    ------
    ValueError
        When there is no fold, or a fold has no train or no test rows.
    """
    trains: list[IntArray | None] = []
    tests: list[IntArray] = []
    for number, (train, test) in enumerate(pairs):
        if len(test) == 0 or (len(train) == 0 and not complement):
            raise ValueError(
                f"Split {number} of cv has {len(train)} train rows and {len(test)} test rows; it "
                "needs at least one of each."
            )
        # With leave-one-out on 20,000 rows, all train rows together would take 3 GB.
        trains.append(None if complement or _is_complement(train, test, n_rows) else train)
        tests.append(test)
    if not tests:
        raise ValueError("cv yielded no split; it must yield at least one.")
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


def _is_complement(train: IntArray, test: IntArray, n_rows: int) -> bool:
    """Whether the train rows are all other rows, in order."""
    if len(train) + len(test) != n_rows:
        return False
    return np.array_equal(train, _other_rows(test, n_rows))
