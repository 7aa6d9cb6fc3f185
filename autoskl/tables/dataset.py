"""The encoded training table that all workers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.core.task import Task
from autoskl.tables.columns import Column, Kind
from autoskl.tables.text_table import MixedTable, TextTable

Table: TypeAlias = NDArray[np.floating[Any]] | sparse.csr_array | MixedTable


TEXT_WIDTH = 48
"""Number of columns that a typical pipeline makes of one text column."""

DATETIME_WIDTH = 6
"""Number of columns that a typical pipeline makes of one datetime column."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Dataset:
    """Encoded table, encoded target and weights, shared read-only.

    Attributes
    ----------
    X : ndarray, csr_array or MixedTable of shape (n_rows, n_columns)
        Numbers unchanged, categories as codes, NaN where missing. C-ordered if dense. Text columns
        come after the numeric columns, in a `MixedTable`.
    y : ndarray of shape (n_rows,)
        Class codes 0, 1, ... (int64) or regression targets (float64).
    columns : tuple of Column
        One per column of ``X``; empty if ``X`` is sparse, where all columns are numeric.
    task : Task
    n_classes : int
        1 for regression.
    fit_weight : ndarray of shape (n_rows,) or None
        Row weights for fitting: sample weights times class weights.
    score_weight : ndarray of shape (n_rows,) or None
        Row weights for scoring: sample weights.
    groups : ndarray of int of shape (n_rows,) or None
        Group of each row; a split never separates rows of one group.
    """

    X: Table
    y: NDArray[Any]
    columns: tuple[Column, ...]
    task: Task
    n_classes: int
    fit_weight: NDArray[np.float64] | None = None
    score_weight: NDArray[np.float64] | None = None
    groups: NDArray[np.int64] | None = None

    @property
    def n_rows(self) -> int:
        """Number of training rows."""
        return int(self.X.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of columns of the encoded array."""
        return int(self.X.shape[1])

    @property
    def n_outputs(self) -> int:
        """Number of columns of a prediction: the number of classes, or 1 for regression."""
        return self.n_classes

    @property
    def is_sparse(self) -> bool:
        """Whether ``X`` is a sparse array."""
        return bool(sparse.issparse(self.X))

    @property
    def numbers(self) -> NDArray[np.floating[Any]] | sparse.csr_array:
        """The table without its text columns."""
        return self.X.numbers if isinstance(self.X, MixedTable) else self.X

    @property
    def texts(self) -> TextTable | None:
        """The text columns, None if there are none."""
        return self.X.texts if isinstance(self.X, MixedTable) else None

    @property
    def has_missing(self) -> bool:
        """Whether any training value is missing."""
        if self.is_sparse:
            return bool(np.isnan(self.numbers.data).any())
        return any(column.has_missing for column in self.columns)

    @property
    def width(self) -> int:
        """Approximate number of columns after preprocessing: texts and datetimes become several."""
        extra = {Kind.TEXT: TEXT_WIDTH, Kind.DATETIME: DATETIME_WIDTH}
        return self.n_columns + sum(extra.get(column.kind, 1) - 1 for column in self.columns)

    def truth(
        self, rows: NDArray[np.integer[Any]] | slice
    ) -> tuple[NDArray[Any], NDArray[np.float64] | None]:
        """Return the targets and score weights of some rows.

        Parameters
        ----------
        rows : ndarray of int, or slice
        """
        return self.y[rows], None if self.score_weight is None else self.score_weight[rows]
