"""Scores of single columns against the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CELLS = 1e6
_MOST_ROWS = 2_000
_LEAST_ROWS = 200
"""Mutual information is estimated from neighbours, so that not all rows can be used."""
_FEW_VALUES = 10


@dataclass(frozen=True, slots=True)
class ColumnScores:
    """A score function for the selectors of scikit-learn.

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
        """Return the score of each column, 0 where it says nothing: (n_columns,)."""
        if len(np.unique(y)) < 2:
            return np.zeros(X.shape[1])
        found = self._f(X, y) if self.score == "f" else self._mutual_information(X, y)
        return np.nan_to_num(np.asarray(found, dtype=np.float64), nan=0.0, posinf=1e300)

    def _f(self, X: Any, y: NDArray[Any]) -> Any:
        import warnings

        from sklearn.feature_selection import f_classif, f_regression

        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # Of constant columns.
            warnings.simplefilter("ignore")
            return (f_classif if self.classification else f_regression)(X, y)[0]

    def _mutual_information(self, X: Any, y: NDArray[Any]) -> Any:
        from sklearn.feature_selection import mutual_info_classif, mutual_info_regression

        most = most_rows(X.shape[1])
        if X.shape[0] > most:
            rows = np.random.default_rng(self.seed).choice(X.shape[0], most, replace=False)
            X, y = X[rows], y[rows]
        # What has few values is counted, not estimated from neighbours: exact, and far quicker.
        coded = [np.unique(column, return_inverse=True) for column in X.T]
        discrete = np.array([len(values) <= _FEW_VALUES for values, _ in coded])
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


def most_rows(n_columns: int) -> int:
    """Return on how many rows mutual information is estimated.

    Parameters
    ----------
    n_columns : int
    """
    return int(min(max(_CELLS / max(n_columns, 1), _LEAST_ROWS), _MOST_ROWS))
