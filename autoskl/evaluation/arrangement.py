"""Rows of a large table in an order that spares every worker a copy of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autoskl.core.result import IntArray
from autoskl.evaluation.folds import Folds
from autoskl.tables.dataset import Dataset

LARGE_ROWS = 100_000
"""Tables of more rows are large. Of others copies cost little, and can be written to."""

Rows = TypeVar("Rows", bound=NDArray[Any] | None)


def is_large(n_rows: int) -> bool:
    """Whether so many rows have one holdout instead of folds, and are read where they are.

    Parameters
    ----------
    n_rows : int
    """
    return n_rows > LARGE_ROWS


def held_out_last(dataset: Dataset, folds: Folds) -> tuple[Dataset, Folds]:
    """Move the rows that the first fold holds out behind all others, whose order stays.

    So the rows that are fitted stand one after another, and a model can read them where they are.
    What has more than one core fold, or is no dense array, stays as it is.

    Parameters
    ----------
    dataset : Dataset
    folds : Folds

    Returns
    -------
    dataset : Dataset
    folds : Folds
        The same splits of the moved rows.
    """
    is_plain = isinstance(dataset.X, np.ndarray) and not len(folds.train_ends)
    if not is_plain or folds.n_core > 1 or not is_large(dataset.n_rows):
        return dataset, folds
    order = np.concatenate([folds.train(0), folds.test(0)])
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    moved = replace(
        dataset,
        X=dataset.X[order],
        y=dataset.y[order],
        fit_weight=_taken(dataset.fit_weight, order),
        score_weight=_taken(dataset.score_weight, order),
        groups=_taken(dataset.groups, order),
    )
    tests = [np.sort(position[folds.test(fold)]) for fold in range(len(folds))]
    return moved, replace(folds, test_rows=np.concatenate(tests), priority=folds.priority[order])


def rows_in_place(X: Any, rows: IntArray) -> Any:
    """Return some rows of an array: where they are, if they are many and stand together.

    Parameters
    ----------
    X : array, sparse array or MixedTable of shape (n_rows, n_columns)
    rows : ndarray of int
    """
    if isinstance(X, np.ndarray) and is_large(len(rows)):
        first = int(rows[0])
        if np.array_equal(rows, np.arange(first, first + len(rows))):
            return X[first : first + len(rows)]
    return X[rows]


def _taken(values: Rows, order: IntArray) -> Any:
    return None if values is None else values[order]
