"""Univariate scores of columns against the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.process_state import ignore_all_warnings

_MAX_CELLS = 1e6
_MAX_ROWS = 2_000
_MIN_ROWS = 200
"""Rows on which mutual information is estimated, as the search for neighbours is slow."""
_MAX_DISCRETE_VALUES = 10


@dataclass(frozen=True, slots=True)
class ColumnScores:
    """A score function for scikit-learn's selectors.

    Attributes
    ----------
    score : {"f", "mutual_information"}
    classification : bool
    seed : int
    """

    score: str
    classification: bool
    seed: int

    def __call__(self, X: Any, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return the score of each column, 0 if undefined: (n_columns,)."""
        if len(np.unique(y)) < 2:
            return np.zeros(X.shape[1])
        found = self._f(X, y) if self.score == "f" else self._mutual_information(X, y)
        return np.nan_to_num(np.asarray(found, dtype=np.float64), nan=0.0, posinf=1e300)

    def _f(self, X: Any, y: NDArray[Any]) -> Any:
        from sklearn.feature_selection import f_classif, f_regression

        # Constant columns cause warnings.
        with ignore_all_warnings():
            return (f_classif if self.classification else f_regression)(X, y)[0]

    def _mutual_information(self, X: Any, y: NDArray[Any]) -> Any:
        from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

        max_rows = max_rows_for(X.shape[1])
        if X.shape[0] > max_rows:
            rows = np.random.default_rng(self.seed).choice(X.shape[0], max_rows, replace=False)
            X, y = X[rows], y[rows]
        # Columns with few values are treated as discrete: exact, and far faster than neighbours.
        coded = [np.unique(column, return_inverse=True) for column in X.T]
        discrete = np.array([len(values) <= _MAX_DISCRETE_VALUES for values, _ in coded])
        X = np.column_stack(
            [
                codes if few else X[:, i]
                for i, (few, (_, codes)) in enumerate(zip(discrete, coded, strict=True))
            ]
        )
        information = mutual_info_classif if self.classification else mutual_info_regression
        return information(
            X,
            y,
            discrete_features=discrete,
            n_neighbors=min(3, len(y) - 1),
            random_state=self.seed,
        )


def max_rows_for(n_columns: int) -> int:
    """Return the maximum number of rows on which mutual information is estimated.

    Parameters
    ----------
    n_columns : int
    """
    return int(min(max(_MAX_CELLS / max(n_columns, 1), _MIN_ROWS), _MAX_ROWS))
