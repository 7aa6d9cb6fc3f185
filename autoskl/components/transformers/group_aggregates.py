"""Statistics of numeric columns within categories."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.category_codes import codes_from_one

STATISTICS = ("mean", "deviation", "rank")
_MAX_GROUPS = 1_000
"""Maximum number of categories whose quantiles are kept; the most frequent ones are."""
_MAX_QUANTILES = 1_000
"""Maximum number of quantiles per category; of fewer rows all numbers are kept."""

Array = NDArray[Any]


class GroupAggregatesTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Statistics of a number within its row's category, and its rank there.

    Pairs of a categorical and a numeric column are selected by their F statistic. Statistics of
    small, unseen and missing categories are shrunk towards those of all rows.

    Parameters
    ----------
    n_pairs : int, default=4
    statistic : {"mean", "deviation", "rank", "all"}, default="all"
        Mean and standard deviation of the number in the category, and its rank there: the fraction
        of the category's rows with smaller numbers.
    strength : float, default=10.0
        Shrinkage, as a number of rows of the whole table that are added to every category.
    categorical, numeric : tuple of int, default=()
        Columns that hold codes and numbers.
    """

    def __init__(
        self,
        n_pairs: int = 4,
        statistic: str = "all",
        strength: float = 10.0,
        categorical: tuple[int, ...] = (),
        numeric: tuple[int, ...] = (),
    ) -> None:
        self.n_pairs = n_pairs
        self.statistic = statistic
        self.strength = strength
        self.categorical = categorical
        self.numeric = numeric

    def fit(self, X: Any, y: Any = None) -> Self:
        """Select the pairs and learn their statistics."""
        ratios = {
            (c, n): _f_statistic(codes_from_one(X[:, c]), X[:, n])
            for c in self.categorical
            for n in self.numeric
        }
        self.pairs_ = sorted(ratios, key=lambda pair: -ratios[pair])[: self.n_pairs]
        ranked = self.statistic in ("rank", "all")
        self.groups_ = [
            _GroupStatistics(codes_from_one(X[:, c]), X[:, n], self.strength, ranked=ranked)
            for c, n in self.pairs_
        ]
        return self

    def transform(self, X: Any) -> Array:
        """Return the statistics, pair by pair: (n_rows, n_pairs * n_statistics)."""
        check_is_fitted(self)
        statistics = STATISTICS if self.statistic == "all" else (self.statistic,)
        columns = [
            groups.column(name, codes_from_one(X[:, c]), X[:, n])
            for (c, n), groups in zip(self.pairs_, self.groups_, strict=True)
            for name in statistics
        ]
        return np.column_stack(columns).astype(X.dtype)


class _GroupStatistics:
    """Statistics of one number by category; index 0 stands for missing and unseen ones."""

    def __init__(
        self, codes: NDArray[np.int64], values: Array, strength: float, *, ranked: bool
    ) -> None:
        known = ~np.isnan(values)
        codes, numbers = codes[known], values[known].astype(np.float64)
        center = float(numbers.mean()) if len(numbers) else 0.0
        n_codes = int(codes.max(initial=0)) + 1
        counts = np.bincount(codes, minlength=n_codes)
        sums = np.bincount(codes, numbers - center, n_codes)
        squares = np.bincount(codes, (numbers - center) ** 2, n_codes)
        total = max(len(numbers), 1)
        mean = sums / (counts + strength)
        second = (squares + strength * squares.sum() / total) / (counts + strength)
        self.mean = center + mean
        self.deviation = np.sqrt(np.maximum(second - mean**2, 0.0))
        if ranked:
            self._keep_quantiles(codes, numbers, counts)

    def _keep_quantiles(self, codes: NDArray[np.int64], numbers: Array, counts: Array) -> None:
        self.overall = _quantiles(np.sort(numbers))
        order = np.lexsort((numbers, codes))
        ends = np.cumsum(counts)
        frequent = np.argsort(-counts, kind="stable")[:_MAX_GROUPS]
        self.sorted = {
            int(code): _quantiles(numbers[order[ends[code] - counts[code] : ends[code]]])
            for code in frequent
            if counts[code]
        }

    def column(self, statistic: str, codes: NDArray[np.int64], values: Array) -> Array:
        codes = np.where(codes < len(self.mean), codes, 0)
        if statistic == "mean":
            return np.asarray(self.mean[codes])
        if statistic == "deviation":
            return np.asarray(self.deviation[codes])
        return self._ranks(codes, values)

    def _ranks(self, codes: NDArray[np.int64], values: Array) -> Array:
        """Return the fraction of the category's rows below each value, ties counted half."""
        ranks = _share_below(self.overall, values)
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            group = self.sorted.get(int(codes[rows[0]])) if len(rows) else None
            if group is not None:
                ranks[rows] = _share_below(group, values[rows])
        return np.where(np.isnan(values), np.nan, ranks)


def _quantiles(ordered: Array) -> Array:
    """Return all numbers, or midpoints of equally large parts if there are too many."""
    n = len(ordered)
    if n <= _MAX_QUANTILES:
        return ordered
    positions = ((np.arange(_MAX_QUANTILES) + 0.5) * (n / _MAX_QUANTILES)).astype(np.int64)
    return ordered[positions]


def _share_below(ordered: Array, values: Array) -> Array:
    left, right = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return np.asarray((left + right) / (2 * max(len(ordered), 1)), dtype=np.float64)


def _f_statistic(codes: NDArray[np.int64], values: Array) -> float:
    """Return the F statistic of the number between the categories."""
    known = ~np.isnan(values)
    codes, numbers = codes[known], values[known].astype(np.float64)
    counts = np.bincount(codes)
    n_groups = int(np.count_nonzero(counts))
    if n_groups < 2 or len(numbers) <= n_groups:
        return 0.0
    numbers = numbers - numbers.mean()
    sums = np.bincount(codes, numbers)
    between = float(np.sum(sums**2 / np.maximum(counts, 1)))
    within = float(numbers @ numbers) - between
    return between / (n_groups - 1) / max(within / (len(numbers) - n_groups), 1e-300)
