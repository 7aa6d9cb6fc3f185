"""Sums, differences, products and ratios of two columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from autoskl.components.learners.association import rank_association
from autoskl.components.learners.in_range import LARGEST

OPERATIONS = ("sum", "difference", "product", "ratio")
_LEAST_DISTINCT = 3
_SMALLEST = 1e-6
"""Denominators are kept so far from 0, against the usual size of their column."""

Array = NDArray[Any]
Pair = tuple[str, int, int]


class ArithmeticPairs(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Add those combinations of two columns that tell more about the target than both.

    Columns are screened one by one first, then the pairs of the best, all on a part of the rows and
    by ranks, so that neither scale nor outliers matter.

    Parameters
    ----------
    n_features : int, default=16
        Combinations that are added.
    operations : {"all", "linear", "multiplicative"}, default="all"
        Linear ones are sums and differences, multiplicative ones products and ratios.
    most_base : int, default=24
        Columns of which pairs are made.
    classification : bool, default=True
    most_rows : int, default=2000
        Rows on which is screened.
    random_state : int, default=0
    """

    def __init__(
        self,
        n_features: int = 16,
        operations: str = "all",
        most_base: int = 24,
        *,
        classification: bool = True,
        most_rows: int = 2_000,
        random_state: int = 0,
    ) -> None:
        self.n_features = n_features
        self.operations = operations
        self.most_base = most_base
        self.classification = classification
        self.most_rows = most_rows
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Screen the pairs."""
        X = validate_data(self, X, dtype=(np.float64, np.float32), ensure_all_finite="allow-nan")
        y = np.asarray(y)
        self.size_ = np.nanmedian(np.abs(np.vstack([X, np.ones(X.shape[1])])), axis=0)
        self.size_ = np.where(self.size_ > 0, self.size_, 1.0)
        if len(X) > self.most_rows:
            rng = np.random.default_rng(self.random_state)
            rows = rng.choice(len(X), self.most_rows, replace=False)
            X, y = X[rows], y[rows]
        scores = rank_association(X, y, classification=self.classification)
        varied = [i for i, column in enumerate(X.T) if _n_distinct(column) >= _LEAST_DISTINCT]
        base = sorted(varied, key=lambda i: -scores[i])[: self.most_base]
        gains: list[tuple[float, Pair]] = []
        for pairs in self._candidates(base):
            Z = np.column_stack([self._combined(X, pair) for pair in pairs])
            found = rank_association(Z, y, classification=self.classification)
            gains += [
                (float(score - max(scores[i], scores[j])), (name, i, j))
                for score, (name, i, j) in zip(found, pairs, strict=True)
            ]
        gains.sort(key=lambda item: -item[0])
        self.pairs_ = [pair for _, pair in gains[: self.n_features]]
        return self

    def transform(self, X: Any) -> Array:
        """Return the columns, then the combinations, in the type of ``X``."""
        check_is_fitted(self)
        X = validate_data(
            self, X, dtype=(np.float64, np.float32), reset=False, ensure_all_finite="allow-nan"
        )
        return np.column_stack([X, *(self._combined(X, pair) for pair in self.pairs_)])

    def _candidates(self, base: list[int]) -> Iterator[list[Pair]]:
        """Yield pairs, those with one operation and first column together."""
        chosen = {"linear": OPERATIONS[:2], "multiplicative": OPERATIONS[2:]}
        for name in chosen.get(self.operations, OPERATIONS):
            for place, i in enumerate(base):
                partners = base if name == "ratio" else base[place + 1 :]
                pairs = [(name, i, j) for j in partners if j != i]
                if pairs:
                    yield pairs

    def _combined(self, X: Array, pair: Pair) -> Array:
        name, i, j = pair
        a, b = X[:, i].astype(np.float64), X[:, j].astype(np.float64)
        if name == "ratio":
            least = _SMALLEST * self.size_[j]
            b = np.where(np.abs(b) < least, np.where(b < 0, -least, least), b)
            values = a / b
        else:
            values = a + b if name == "sum" else a - b if name == "difference" else a * b
        return np.asarray(np.clip(values, -LARGEST, LARGEST), dtype=X.dtype)


def _n_distinct(column: Array) -> int:
    return len(np.unique(column[~np.isnan(column)]))
