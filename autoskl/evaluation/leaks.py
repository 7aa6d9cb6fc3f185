"""Detects target leakage: columns and duplicated rows that reveal the target.

Columns that were filled in after the fact and duplicated rows make scores better than the model is
on new rows. Neither can be corrected automatically, so that the user is warned.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from autoskl.core.errors import LeakWarning
from autoskl.core.stack_level import user_stack_level
from autoskl.evaluation.row_hashes import has_continuous_column, hash_rows
from autoskl.tables.columns import Kind
from autoskl.tables.dataset import Dataset

_MAX_ROWS = 2_000
_MAX_CELLS = 200_000
_MAX_ROWS_FOR_COPIES = 20_000
_MIN_ROWS = 200
_MAX_COLUMNS = 1_000
_MIN_EXPLAINED = 0.999
"""Share of the error of the constant model that a single leaking column explains."""

_MIN_ERRORS = 20
"""With fewer errors of the constant model the share is not significant."""

_MIN_ROWS_PER_CLASS = 5
"""With fewer rows of a class on average, any order of the rows has as few steps as classes."""

_MAX_DUPLICATED_SHARE = 0.05
_MAX_NAMED = 5


def warn_of_leaks(dataset: Dataset) -> None:
    """Warn of columns that reveal the target, and of duplicated rows.

    Parameters
    ----------
    dataset : Dataset

    Warns
    -----
    LeakWarning
        Once for columns, once for rows.
    """
    columns = list(leaking_columns(dataset))
    if columns:
        named = ", ".join(map(repr, columns[:_MAX_NAMED]))
        named += ", ..." if len(columns) > _MAX_NAMED else ""
        warnings.warn(
            f"Each of these columns alone predicts y almost perfectly: {named}. If its values will "
            "not be known before y for new rows, the scores are too good; leave it out of X.",
            LeakWarning,
            stacklevel=user_stack_level(),
        )
    share = duplicated_share(dataset)
    if share > _MAX_DUPLICATED_SHARE:
        warnings.warn(
            f"{share:.0%} of the rows, y included, are copies of others. Unless cv says otherwise, "
            "copies are kept in one fold, so that none is predicted by a model fitted on another; "
            "if they are repeated measurements of the same objects, pass groups to keep all rows "
            "of an object together.",
            LeakWarning,
            stacklevel=user_stack_level(),
        )


def leaking_columns(dataset: Dataset) -> Iterator[str]:
    """Yield the names of the columns each of which predicts y almost perfectly.

    A sample of the rows is sorted by the column: next to each other in a leaking column, rows have
    the same class, or nearly the same value.

    Parameters
    ----------
    dataset : Dataset
        Sparse tables are not checked.
    """
    if dataset.is_sparse or dataset.n_rows < _MIN_ROWS:
        return
    max_rows = max(_MIN_ROWS, min(_MAX_ROWS, _MAX_CELLS // dataset.n_columns))
    rows = _evenly_spaced(dataset, max_rows)
    table: Any = dataset.numbers
    y = dataset.y[rows]
    classification = dataset.task.is_classification
    target, explained = (
        (y, _explained_errors) if classification else (rankdata(y), _explained_variance)
    )
    for j, column in enumerate(dataset.columns[: min(_MAX_COLUMNS, table.shape[1])]):
        values = table[rows, j]
        if column.kind is Kind.CATEGORICAL:
            values = _encode_by_target(values, y)
        if explained(values, target) >= _MIN_EXPLAINED:
            yield column.name


def duplicated_share(dataset: Dataset) -> float:
    """Return the share of rows that are copies, y included, of earlier rows.

    Only the first rows of a large table are checked. The share is 0 for a table of few levels,
    where equal rows are coincidences, and with groups, which say what belongs together.
    """
    if dataset.groups is not None:
        return 0.0
    first = slice(0, _MAX_ROWS_FOR_COPIES)
    checked = replace(dataset, X=dataset.X[first], y=dataset.y[first])
    if not has_continuous_column(checked):
        return 0.0
    return 1.0 - len(np.unique(hash_rows(checked))) / checked.n_rows


def _evenly_spaced(dataset: Dataset, max_rows: int) -> NDArray[np.intp]:
    """Positions of at most so many rows, from the first to the last."""
    return np.linspace(0, dataset.n_rows - 1, min(max_rows, dataset.n_rows)).astype(np.intp)


def _encode_by_target(codes: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """Replace each level by its mean of y; rare levels, which prove nothing, by NaN."""
    # Only levels of the sample are counted: in total there may be a million.
    present = np.unique(codes, return_inverse=True)[1]
    counts = np.bincount(present)
    means = np.bincount(present, weights=y.astype(np.float64)) / np.maximum(counts, 1)
    means[counts < 5] = np.nan
    encoded: NDArray[np.float64] = means[present]
    return encoded


def _explained_errors(values: NDArray[Any], y: NDArray[Any]) -> float:
    """Share of the errors of the constant model that a step function of the column avoids.

    All rows with the same value get their most frequent class. Where that changes between values is
    a step. Each class but one may have two steps; all further steps count as errors.
    """
    counts = np.bincount(y)
    missed = len(y) - int(counts.max())
    if missed < _MIN_ERRORS or len(y) < _MIN_ROWS_PER_CLASS * np.count_nonzero(counts):
        return 0.0
    order = np.argsort(values, kind="stable")
    ordered, classes = values[order], y[order]
    both_missing = np.isnan(ordered[1:]) & np.isnan(ordered[:-1])
    start = np.concatenate(([True], (ordered[1:] != ordered[:-1]) & ~both_missing))
    block = np.cumsum(start) - 1
    # Only pairs that occur are counted: there may be thousands of values and of classes.
    pairs, pair_counts = np.unique(block * len(counts) + classes, return_counts=True)
    of_block = pairs // len(counts)
    largest = np.maximum.reduceat(pair_counts, np.searchsorted(of_block, np.arange(block[-1] + 1)))
    errors = len(y) - int(largest.sum())
    leading = np.flatnonzero(pair_counts == largest[of_block])
    likeliest = pairs[leading[np.unique(of_block[leading], return_index=True)[1]]] % len(counts)
    steps = int(np.count_nonzero(likeliest[1:] != likeliest[:-1]))
    free = 2 * (int(np.count_nonzero(counts)) - 1)
    return 1.0 - (errors + max(0, steps - free)) / missed


def _explained_variance(values: NDArray[Any], ranks: NDArray[Any]) -> float:
    """Share of the variance of the ranks of y that a smooth function of the column explains.

    Half of the mean squared successive difference estimates the rest (von Neumann, 1941).
    """
    variance = float(np.var(ranks))
    if variance == 0.0:
        return 0.0
    # Ties are ordered at random, since the table may be sorted by y.
    order = np.lexsort((np.random.default_rng(0).permutation(len(ranks)), values))
    return 1.0 - float(np.mean(np.diff(ranks[order]) ** 2)) / 2.0 / variance
