"""Signs that a table tells the target in a way that new rows will not.

A column that was filled in after the fact, or the same row many times over, makes every score look
better than the model is. Neither can be mended here, so that the user is told.
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
from autoskl.evaluation.content import has_continuous_column, row_keys
from autoskl.tables.columns import Kind
from autoskl.tables.dataset import Dataset

_ROWS = 2_000
_CELLS = 200_000
_COPIED_ROWS = 20_000
_FEWEST_ROWS = 200
_COLUMNS = 1_000
_PERFECT_SHARE = 0.999
"""Share of the error of the constant model that a single column takes away."""

_FEWEST_ERRORS = 20
"""A class that the constant model misses less often than this shows nothing."""

_ROWS_OF_A_CLASS = 5
"""With fewer rows of a class on average, any order of the rows has as few steps as classes."""

_DUPLICATED_SHARE = 0.05
_NAMED = 5


def warn_of_leaks(dataset: Dataset) -> None:
    """Warn of columns that give the target away, and of rows that are there many times.

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
        named = ", ".join(map(repr, columns[:_NAMED])) + (", ..." if len(columns) > _NAMED else "")
        warnings.warn(
            f"By itself each of these columns predicts y almost perfectly: {named}. If new rows "
            "will not have it before y is known, the scores are too good; leave it out of X.",
            LeakWarning,
            stacklevel=5,
        )
    share = duplicated_share(dataset)
    if share > _DUPLICATED_SHARE:
        warnings.warn(
            f"{share:.0%} of the rows, y included, are copies of others. Unless cv says otherwise "
            "copies are kept in one fold, so that none is predicted by a model that was fitted on "
            "it; if they come from repeated measurements of one thing, pass groups to keep those "
            "together too.",
            LeakWarning,
            stacklevel=5,
        )


def leaking_columns(dataset: Dataset) -> Iterator[str]:
    """Yield the names of the columns each of which predicts y almost perfectly.

    A sample of the rows, ordered by the column, shows it: neighbours in a column that tells the
    class are of one class, and neighbours in one that tells a value have nearly the same value.

    Parameters
    ----------
    dataset : Dataset
        Sparse tables are not looked at.
    """
    if dataset.is_sparse or dataset.n_rows < _FEWEST_ROWS:
        return
    most = max(_FEWEST_ROWS, min(_ROWS, _CELLS // dataset.n_columns))
    rows = _spread(dataset, most)
    table: Any = dataset.numbers
    y = dataset.y[rows]
    classification = dataset.task.is_classification
    target, explained = (y, _of_class) if classification else (rankdata(y), _of_value)
    for j, column in enumerate(dataset.columns[: min(_COLUMNS, table.shape[1])]):
        codes = column.kind is Kind.CATEGORICAL
        values = _levels_by_target(table[rows, j], y) if codes else table[rows, j]
        if explained(values, target) >= _PERFECT_SHARE:
            yield column.name


def duplicated_share(dataset: Dataset) -> float:
    """Return the share of rows that are copies, y included, of rows above them.

    Of a large table the first rows are looked at.

    It is 0 for a table of few levels, where equal rows are coincidence, and where groups say which
    rows belong together.
    """
    if dataset.groups is not None:
        return 0.0
    first = slice(0, _COPIED_ROWS)
    looked_at = replace(dataset, X=dataset.X[first], y=dataset.y[first])
    if not has_continuous_column(looked_at):
        return 0.0
    return 1.0 - len(np.unique(row_keys(looked_at))) / looked_at.n_rows


def _spread(dataset: Dataset, most: int) -> NDArray[np.intp]:
    """Positions of at most so many rows, from the first to the last."""
    return np.linspace(0, dataset.n_rows - 1, min(most, dataset.n_rows)).astype(np.intp)


def _levels_by_target(codes: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """Replace each level by the mean of y in it, rare levels, which tell nothing, by NaN."""
    # As many counts as levels in the sample: of all there may be a million.
    present = np.unique(codes, return_inverse=True)[1]
    counts = np.bincount(present)
    means = np.bincount(present, weights=y.astype(np.float64)) / np.maximum(counts, 1)
    means[counts < 5] = np.nan
    found: NDArray[np.float64] = means[present]
    return found


def _of_class(values: NDArray[Any], y: NDArray[Any]) -> float:
    """Share of the constant model's errors that a step function of the column takes away.

    The rows of one value are given their likeliest class. Where that changes from value to value
    is a step; each class but one may begin and end once, every other step counts as an error.
    """
    counts = np.bincount(y)
    missed = len(y) - int(counts.max())
    if missed < _FEWEST_ERRORS or len(y) < _ROWS_OF_A_CLASS * np.count_nonzero(counts):
        return 0.0
    order = np.argsort(values, kind="stable")
    ordered, classes = values[order], y[order]
    both_missing = np.isnan(ordered[1:]) & np.isnan(ordered[:-1])
    start = np.concatenate(([True], (ordered[1:] != ordered[:-1]) & ~both_missing))
    block = np.cumsum(start) - 1
    # Only the pairs that occur are counted: of values and of classes there may be thousands.
    pairs, often = np.unique(block * len(counts) + classes, return_counts=True)
    of_block = pairs // len(counts)
    most = np.maximum.reduceat(often, np.searchsorted(of_block, np.arange(block[-1] + 1)))
    errors = len(y) - int(most.sum())
    leading = np.flatnonzero(often == most[of_block])
    likeliest = pairs[leading[np.unique(of_block[leading], return_index=True)[1]]] % len(counts)
    steps = int(np.count_nonzero(likeliest[1:] != likeliest[:-1]))
    free = 2 * (int(np.count_nonzero(counts)) - 1)
    return 1.0 - (errors + max(0, steps - free)) / missed


def _of_value(values: NDArray[Any], ranks: NDArray[Any]) -> float:
    """Share of the variance of the ranks of y that a smooth function of the column explains.

    Half of the mean squared difference of neighbours estimates what it leaves (von Neumann, 1941).
    """
    variance = float(np.var(ranks))
    if variance == 0.0:
        return 0.0
    # A table may be sorted by y: among equal values the order must be random.
    order = np.lexsort((np.random.default_rng(0).permutation(len(ranks)), values))
    return 1.0 - float(np.mean(np.diff(ranks[order]) ** 2)) / 2.0 / variance
