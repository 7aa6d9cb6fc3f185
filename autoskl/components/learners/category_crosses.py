"""Pairs of categories as categories."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

_BINS = 8
"""Groups of equal size into which values of a regression target fall."""

Codes = NDArray[np.int64]


class CategoryCrosses(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Make new category codes of those pairs of columns that tell most beyond both.

    Pairs are compared by how much more of the target they tell, less what chance alone would give.
    Combinations that are unseen or too rare are missing values.

    Parameters
    ----------
    n_crosses : int, default=4
        Pairs that are made; fewer where there are fewer.
    categorical : tuple of int, default=()
        Columns of codes.
    min_count : int, default=5
        Rows in which a combination must occur.
    most_levels : int, default=200
        Combinations of a pair that are kept, the most frequent ones.
    most_base : int, default=16
        Columns of which pairs are made, those that tell most.
    classification : bool, default=True
    """

    def __init__(
        self,
        n_crosses: int = 4,
        categorical: tuple[int, ...] = (),
        min_count: int = 5,
        most_levels: int = 200,
        most_base: int = 16,
        *,
        classification: bool = True,
    ) -> None:
        self.n_crosses = n_crosses
        self.categorical = categorical
        self.min_count = min_count
        self.most_levels = most_levels
        self.most_base = most_base
        self.classification = classification

    def fit(self, X: Any, y: Any) -> Self:
        """Choose the pairs and number their combinations."""
        labels = _labels(np.asarray(y), classification=self.classification)
        codes = {i: _compact(_read(X[:, i])) for i in self.categorical}
        alone = {i: _told(column, labels) for i, column in codes.items()}
        base = sorted(codes, key=lambda i: -alone[i])[: self.most_base]
        gains = {
            (i, j): _told(_compact(_joined(codes[i], codes[j])), labels) - max(alone[i], alone[j])
            for i, j in combinations(sorted(base), 2)
        }
        self.pairs_ = sorted(gains, key=lambda pair: -gains[pair])[: self.n_crosses]
        self.known_ = [self._frequent(_pair(X, pair)) for pair in self.pairs_]
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the codes of the combinations, NaN where there is none: (n_rows, n_crosses)."""
        check_is_fitted(self)
        made = [
            _numbered(_pair(X, pair), known)
            for pair, known in zip(self.pairs_, self.known_, strict=True)
        ]
        return np.column_stack(made).astype(X.dtype) if made else np.empty((len(X), 0), X.dtype)

    def _frequent(self, joined: Codes) -> Codes:
        """Return the combinations that get a number, in ascending order."""
        values, counts = np.unique(joined, return_counts=True)
        often = np.flatnonzero(counts >= min(self.min_count, counts.max()))
        leading = often[np.argsort(-counts[often], kind="stable")][: self.most_levels]
        return np.sort(values[leading])


def _read(column: NDArray[Any]) -> Codes:
    """Return codes as whole numbers from 1, 0 where missing."""
    return np.asarray(np.nan_to_num(column, nan=-1.0), dtype=np.int64) + 1


def _pair(X: Any, pair: tuple[int, int]) -> Codes:
    return _joined(_read(X[:, pair[0]]), _read(X[:, pair[1]]))


def _joined(first: Codes, second: Codes) -> Codes:
    """Return one number for both codes; they are below 2**31."""
    return (first << 31) | second


def _compact(codes: Codes) -> Codes:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


def _numbered(joined: Codes, known: Codes) -> NDArray[np.float64]:
    places = np.minimum(np.searchsorted(known, joined), len(known) - 1)
    return np.where(known[places] == joined, places, np.nan)


def _labels(y: NDArray[Any], *, classification: bool) -> Codes:
    if not classification:
        y = np.searchsorted(np.quantile(y, np.arange(1, _BINS) / _BINS), y)
    return _compact(y)


def _told(codes: Codes, labels: Codes) -> float:
    """Return the statistic of a likelihood-ratio test of independence less its mean by chance."""
    n_labels = int(labels.max()) + 1
    table = np.bincount(codes * n_labels + labels, minlength=(int(codes.max()) + 1) * n_labels)
    counts = table.reshape(-1, n_labels).astype(np.float64)
    rows, columns = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    expected = rows * columns / counts.sum()
    filled = counts > 0
    statistic = 2 * np.sum(counts[filled] * np.log(counts[filled] / expected[filled]))
    return float(statistic) - (len(counts) - 1) * (n_labels - 1)
