"""Sums, differences, products and ratios of two columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from autoskl.components.fitting.safe_range import SAFE_MAGNITUDE
from autoskl.components.transformers.rank_association import rank_association

OPERATIONS = ("sum", "difference", "product", "ratio")
_MIN_DISTINCT = 3
_MIN_DENOMINATOR = 1e-6
"""Minimum absolute denominator, relative to the median absolute value of its column."""

Array = NDArray[Any]
Pair = tuple[str, int, int]


class ArithmeticPairsTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Append the combinations of two columns that say more about the target than either column.

    First single columns are screened, then pairs of the best. Screening uses a sample of the rows
    and ranks, so that neither scale nor outliers matter.

    Parameters
    ----------
    n_features : int, default=16
        Number of combinations that are added.
    operations : {"all", "linear", "multiplicative"}, default="all"
        Linear means sums and differences, multiplicative products and ratios.
    most_base : int, default=24
        Maximum number of columns that are combined.
    classification : bool, default=True
    max_rows : int, default=2000
        Maximum number of rows used for screening.
    random_state : int, default=0
    """

    def __init__(
        self,
        n_features: int = 16,
        operations: str = "all",
        most_base: int = 24,
        *,
        classification: bool = True,
        max_rows: int = 2_000,
        random_state: int = 0,
    ) -> None:
        self.n_features = n_features
        self.operations = operations
        self.most_base = most_base
        self.classification = classification
        self.max_rows = max_rows
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Select the pairs."""
        X = validate_data(self, X, dtype=(np.float64, np.float32), ensure_all_finite="allow-nan")
        y = np.asarray(y)
        magnitude = np.nanmedian(np.abs(np.vstack([X, np.ones(X.shape[1])])), axis=0)
        self.magnitude_ = np.where(magnitude > 0, magnitude, 1.0)
        if len(X) > self.max_rows:
            rng = np.random.default_rng(self.random_state)
            rows = rng.choice(len(X), self.max_rows, replace=False)
            X, y = X[rows], y[rows]
        scores = rank_association(X, y, classification=self.classification)
        varying = [i for i, column in enumerate(X.T) if _n_distinct(column) >= _MIN_DISTINCT]
        base = sorted(varying, key=lambda i: -scores[i])[: self.most_base]
        gains: list[tuple[float, Pair]] = []
        for pairs in self._candidates(base):
            Z = np.column_stack([self._combine(X, pair) for pair in pairs])
            found = rank_association(Z, y, classification=self.classification)
            gains += [
                (float(score - max(scores[i], scores[j])), (name, i, j))
                for score, (name, i, j) in zip(found, pairs, strict=True)
            ]
        gains.sort(key=lambda item: -item[0])
        self.pairs_ = [pair for _, pair in gains[: self.n_features]]
        return self

    def transform(self, X: Any) -> Array:
        """Return the columns followed by the combinations, in the dtype of ``X``."""
        check_is_fitted(self)
        X = validate_data(
            self, X, dtype=(np.float64, np.float32), reset=False, ensure_all_finite="allow-nan"
        )
        return np.column_stack([X, *(self._combine(X, pair) for pair in self.pairs_)])

    def _candidates(self, base: list[int]) -> Iterator[list[Pair]]:
        """Yield batches of pairs that share the operation and the first column."""
        chosen = {"linear": OPERATIONS[:2], "multiplicative": OPERATIONS[2:]}
        for name in chosen.get(self.operations, OPERATIONS):
            for position, i in enumerate(base):
                partners = base if name == "ratio" else base[position + 1 :]
                pairs = [(name, i, j) for j in partners if j != i]
                if pairs:
                    yield pairs

    def _combine(self, X: Array, pair: Pair) -> Array:
        name, i, j = pair
        a, b = X[:, i].astype(np.float64), X[:, j].astype(np.float64)
        if name == "ratio":
            smallest = _MIN_DENOMINATOR * self.magnitude_[j]
            b = np.where(np.abs(b) < smallest, np.where(b < 0, -smallest, smallest), b)
            values = a / b
        else:
            values = a + b if name == "sum" else a - b if name == "difference" else a * b
        return np.asarray(np.clip(values, -SAFE_MAGNITUDE, SAFE_MAGNITUDE), dtype=X.dtype)


def _n_distinct(column: Array) -> int:
    return len(np.unique(column[~np.isnan(column)]))
