"""Numbers against the rows of the same category."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

STATISTICS = ("mean", "deviation", "rank")
_MOST_GROUPS = 1_000
"""Categories whose quantiles are kept, the most frequent ones."""
_MOST_QUANTILES = 1_000
"""Of a category; of fewer rows all numbers are kept."""

Array = NDArray[Any]


class GroupAggregates(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Tell of a number what is usual in its row's category, and where it stands there.

    Of all pairs of a category and a number those are taken whose number differs most among the
    categories. Small categories, unseen and missing ones are drawn to all rows.

    Parameters
    ----------
    n_pairs : int, default=4
    statistic : {"mean", "deviation", "rank", "all"}, default="all"
        Mean and standard deviation of the number in the category, and the share of the category's
        rows with smaller numbers.
    strength : float, default=10.0
        Rows of the whole table that are added to every category.
    categorical, numeric : tuple of int, default=()
        Columns of codes and of numbers.
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
        """Choose the pairs and learn their statistics."""
        ratios = {
            (c, n): _told(_groups(X[:, c]), X[:, n]) for c in self.categorical for n in self.numeric
        }
        self.pairs_ = sorted(ratios, key=lambda pair: -ratios[pair])[: self.n_pairs]
        ranked = self.statistic in ("rank", "all")
        self.groups_ = [
            _Groups(_groups(X[:, c]), X[:, n], self.strength, ranked=ranked) for c, n in self.pairs_
        ]
        return self

    def transform(self, X: Any) -> Array:
        """Return the statistics, pair by pair: (n_rows, n_pairs * n_statistics)."""
        check_is_fitted(self)
        wanted = STATISTICS if self.statistic == "all" else (self.statistic,)
        made = [
            groups.column(name, _groups(X[:, c]), X[:, n])
            for (c, n), groups in zip(self.pairs_, self.groups_, strict=True)
            for name in wanted
        ]
        return np.column_stack(made).astype(X.dtype)


class _Groups:
    """What is known of one number in each category; place 0 stands for unseen ones."""

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
        frequent = np.argsort(-counts, kind="stable")[:_MOST_GROUPS]
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
        """Return the share of the category's fitted rows below each value, half for equal ones."""
        ranks = _share_below(self.overall, values)
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            group = self.sorted.get(int(codes[rows[0]])) if len(rows) else None
            if group is not None:
                ranks[rows] = _share_below(group, values[rows])
        return np.where(np.isnan(values), np.nan, ranks)


def _quantiles(ordered: Array) -> Array:
    """Return the numbers themselves, or as many as are kept, each from the middle of its part."""
    n = len(ordered)
    if n <= _MOST_QUANTILES:
        return ordered
    places = ((np.arange(_MOST_QUANTILES) + 0.5) * (n / _MOST_QUANTILES)).astype(np.int64)
    return ordered[places]


def _share_below(ordered: Array, values: Array) -> Array:
    left, right = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return np.asarray((left + right) / (2 * max(len(ordered), 1)), dtype=np.float64)


def _groups(column: Array) -> NDArray[np.int64]:
    """Return codes as whole numbers from 1, 0 where missing."""
    return np.asarray(np.nan_to_num(column, nan=-1.0), dtype=np.int64) + 1


def _told(codes: NDArray[np.int64], values: Array) -> float:
    """Return how much more the number differs among the categories than by chance (F)."""
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
