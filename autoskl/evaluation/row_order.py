"""Orders the rows of a large table so that workers can read them without a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autoskl.core.mapped_pages import copy_rows
from autoskl.core.result import IntArray
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.table_size import is_large
from autoskl.tables.dataset import Dataset
from autoskl.tables.scan import row_blocks

Rows = TypeVar("Rows", bound=NDArray[Any] | None)


def move_held_out_last(dataset: Dataset, folds: Folds) -> tuple[Dataset, Folds]:
    """Move the rows that the first fold holds out to the end; the order of the others is kept.

    The training rows are then contiguous, so that models can read them in place. Tables with
    several core folds and sparse or mixed tables are left unchanged.

    Parameters
    ----------
    dataset : Dataset
        The rows of its table are moved in place if it can be written to, so that there is no
        second copy of it.
    folds : Folds

    Returns
    -------
    dataset : Dataset
    folds : Folds
        The same splits of the reordered rows.
    """
    is_plain = isinstance(dataset.X, np.ndarray) and not len(folds.train_ends)
    if not is_plain or folds.n_core > 1 or not is_large(dataset.n_rows):
        return dataset, folds
    train, test = folds.train(0), folds.test(0)
    order = np.concatenate([train, test])
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    reordered = replace(
        dataset,
        X=_concatenate(dataset.X, train, test),
        y=dataset.y[order],
        fit_weight=_take_or_none(dataset.fit_weight, order),
        score_weight=_take_or_none(dataset.score_weight, order),
        groups=_take_or_none(dataset.groups, order),
    )
    tests = [np.sort(position[folds.test(fold)]) for fold in range(len(folds))]
    return reordered, replace(
        folds, test_rows=np.concatenate(tests), priority=folds.priority[order]
    )


def take_rows(X: Any, rows: IntArray) -> Any:
    """Return rows of a table: a view if they are many and contiguous, otherwise a copy.

    Parameters
    ----------
    X : array, sparse array or MixedTable of shape (n_rows, n_columns)
    rows : ndarray of int
    """
    if isinstance(X, np.ndarray) and is_large(len(rows)):
        first = int(rows[0])
        if np.array_equal(rows, np.arange(first, first + len(rows))):
            return X[first : first + len(rows)]
    return copy_rows(X, rows)


def _concatenate(X: Any, first: IntArray, last: IntArray) -> Any:
    """Return two ascending sequences of rows, one after the other, in place if possible.

    Together they must be all rows.
    """
    if not X.flags.writeable:
        return X[np.concatenate([first, last])]
    saved = X[last]
    # Rows only move towards the start, so that a block overwrites rows that have been moved.
    for rows in row_blocks(X.shape):
        moved = first[rows]
        X[rows][: len(moved)] = X[moved]
    X[len(first) :] = saved
    return X


def _take_or_none(values: Rows, order: IntArray) -> Any:
    return None if values is None else values[order]
