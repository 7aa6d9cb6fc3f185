"""The training table in the one form that every worker reads."""

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
MOMENT_WIDTH = 6
"""Columns that one column of text, or of moments, becomes in a usual pipeline."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Dataset:
    """Encoded table, encoded target and weights; read-only and shared.

    Attributes
    ----------
    X : ndarray, csr_array or MixedTable of shape (n_rows, n_columns)
        Numbers as they are, categories as codes, NaN where missing. C-ordered when dense. Columns
        of text stand beside the numbers of a `MixedTable`, after them.
    y : ndarray of shape (n_rows,)
        Class codes 0, 1, ... (int64), or float64 targets.
    columns : tuple of Column
        One for each column of ``X``; empty when ``X`` is sparse (every column is numeric).
    task : Task
    n_classes : int
        1 for regression.
    fit_weight : ndarray of shape (n_rows,) or None
        Weights of the rows when models are fitted (sample and class weights).
    score_weight : ndarray of shape (n_rows,) or None
        Weights of the rows when predictions are scored (sample weights).
    groups : ndarray of int of shape (n_rows,) or None
        Rows of one group never stand on both sides of a split.
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
        """Columns of a prediction: classes, or 1 for regression."""
        return self.n_classes

    @property
    def is_sparse(self) -> bool:
        """Whether ``X`` is a sparse array."""
        return bool(sparse.issparse(self.X))

    @property
    def numbers(self) -> NDArray[np.floating[Any]] | sparse.csr_array:
        """Everything but the texts."""
        return self.X.numbers if isinstance(self.X, MixedTable) else self.X

    @property
    def texts(self) -> TextTable | None:
        """The columns of text, where there are some."""
        return self.X.texts if isinstance(self.X, MixedTable) else None

    @property
    def has_missing(self) -> bool:
        """Whether any training value is missing."""
        if self.is_sparse:
            return bool(np.isnan(self.numbers.data).any())
        return any(column.has_missing for column in self.columns)

    @property
    def width(self) -> int:
        """Columns that models will see, roughly: texts and moments become several each."""
        extra = {Kind.TEXT: TEXT_WIDTH, Kind.DATETIME: MOMENT_WIDTH}
        return self.n_columns + sum(extra.get(column.kind, 1) - 1 for column in self.columns)

    def truth(
        self, rows: NDArray[np.integer[Any]] | slice
    ) -> tuple[NDArray[Any], NDArray[np.float64] | None]:
        """Return what predictions of some rows are scored by: their target, and their weights.

        Parameters
        ----------
        rows : ndarray of int, or slice
        """
        return self.y[rows], None if self.score_weight is None else self.score_weight[rows]

    @property
    def has_categories(self) -> bool:
        """Whether any column holds category codes."""
        return any(column.kind is Kind.CATEGORICAL for column in self.columns)
