"""Merges equal rows into one with the sum of their weights, in an order given by the values.

A row of weight 2 then trains a network exactly like the same row twice, and the order of the table
has no effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows with their targets and weights.

    Attributes
    ----------
    X : ndarray of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
    weight : ndarray of float64 of shape (n_rows,)
    """

    X: NDArray[Any]
    y: NDArray[Any]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.y)

    @property
    def sample(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
        """The three arrays as a tuple."""
        return self.X, self.y, self.weight

    def __getitem__(self, rows: Any) -> Rows:
        return Rows(self.X[rows], self.y[rows], self.weight[rows])


def rows_of(X: NDArray[Any], y: NDArray[Any], weight: NDArray[Any] | None) -> Rows:
    """Return the rows; without weights all get weight 1."""
    given = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    return Rows(X, y, given)


def merge_duplicates(rows: Rows) -> Rows:
    """Merge rows that are equal in all columns and the target; drop those of weight 0."""
    rows = rows[rows.weight > 0] if (rows.weight <= 0).any() else rows
    if len(rows) == 0:
        return rows
    table = np.ascontiguousarray(np.column_stack([rows.X, rows.y]), dtype=np.float64)
    table = table + 0.0  # -0 and 0 are equal
    table[np.isnan(table)] = np.nan  # and so are all bit patterns of NaN
    keys = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    weight: NDArray[Any] = np.bincount(group.ravel(), rows.weight)
    merged = rows[first]
    return Rows(merged.X, merged.y, weight)
