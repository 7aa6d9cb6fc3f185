"""The user's X in one of three forms: an array of numbers, a sparse table, or columns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.tables.containers import as_array, as_frame, normalize_storage
from autoskl.tables.names import Labels, match_labels, normalize_labels

SMALL_TABLE_CELLS = 2_000_000
"""Tables with fewer cells are kept in float64, and copying them is cheap."""


@dataclass(frozen=True, slots=True, eq=False)
class ColumnTable:
    """A table that is read column by column.

    Attributes
    ----------
    source : DataFrame or ndarray of shape (n_rows, n_columns)
    labels : tuple of hashable or None
        Original column names of a data frame.
    """

    source: Any
    labels: Labels | None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        n_rows, n_columns = self.source.shape
        return int(n_rows), int(n_columns)

    def iter_columns(self, positions: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield columns as pandas Series in the order of the table, if possible without a copy.

        Parameters
        ----------
        positions : sequence of int
            Distinct positions in the table.

        Yields
        ------
        index : int
            Index of the column in ``positions``.
        values : Series
        """
        import pandas as pd

        if self.labels is None:
            dtype = object if self.source.dtype == object else None  # no inference for objects
            for index, position in enumerate(positions):
                yield index, pd.Series(self.source[:, position], dtype=dtype, copy=False)
            return
        indices = {position: index for index, position in enumerate(positions)}
        for position, (_, values) in enumerate(self.source.items()):  # much faster than iloc
            if position in indices:
                yield indices[position], normalize_storage(values)

    def positions(self, labels: Labels | None, needed: NDArray[np.intp]) -> list[int]:
        """Return the positions in this table of the needed columns of the training table.

        Columns are matched by name if both tables have names, else by position.
        """
        positions = [int(position) for position in needed]
        if labels is None or self.labels is None:
            return positions
        return match_labels(labels, self.labels, positions)

    @property
    def integer_columns(self) -> NDArray[np.bool_]:
        """Mask of the columns of a data frame that have an integer dtype."""
        return np.array([dtype.kind in "iu" for dtype in self.source.dtypes], dtype=bool)

    def to_numeric_array(self, positions: list[int] | None = None) -> NDArray[Any] | None:
        """Return columns (default: all) of a small data frame of numpy numbers as one array.

        None for other tables. Large data frames are read column by column, since this array would
        be another copy of them.
        """
        if self.labels is None or self.source.size >= SMALL_TABLE_CELLS:
            return None
        frame = self.source
        if positions is not None and positions != list(range(self.shape[1])):
            frame = frame.iloc[:, positions]
        if all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in frame.dtypes):
            return np.asarray(frame.to_numpy())
        return None


@dataclass(frozen=True, slots=True, eq=False)
class SparseTable:
    """A sparse table without duplicate entries.

    Attributes
    ----------
    array : csr_array of shape (n_rows, n_columns)
    labels : tuple of hashable or None
        Column names if it was a data frame.
    """

    array: sparse.csr_array
    labels: Labels | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        n_rows, n_columns = self.array.shape
        return int(n_rows), int(n_columns)

    def take(self, labels: Labels | None, needed: NDArray[np.intp]) -> sparse.csr_array:
        """Return the needed columns of the training table, matched by name, else by position."""
        positions = [int(position) for position in needed]
        if labels is not None and self.labels is not None:
            positions = match_labels(labels, self.labels, positions)
        return self.array if positions == list(range(self.shape[1])) else self.array[:, positions]

    def to_dense(self) -> ColumnTable:
        """Return the table with its zeros stored."""
        dense = self.array.toarray()
        if self.labels is None:
            return ColumnTable(dense, None)
        import pandas as pd

        frame = pd.DataFrame(dense)
        frame.columns = pd.Index(self.labels, tupleize_cols=False)
        return ColumnTable(frame, self.labels)


def read_table(X: Any, *, min_rows: int = 1) -> ColumnTable | NDArray[Any] | SparseTable:
    """Bring X into one of the three forms, with scikit-learn's errors for invalid shapes.

    Parameters
    ----------
    X : data frame, array-like or sparse matrix of shape (n_rows, n_columns)
        pandas, polars and pyarrow tables, arrays of any dtype, lists of rows.
    min_rows : int, default=1
        With fewer rows, ValueError is raised.

    Returns
    -------
    ColumnTable, ndarray or SparseTable
        A two-dimensional array of real numbers or booleans is returned as it is.

    Raises
    ------
    ValueError
        If X is not two-dimensional, has no columns or too few rows, or is complex.
    """
    from sklearn.utils import check_array

    def check(array: Any) -> Any:
        return check_array(
            array,
            accept_sparse="csr",
            dtype=None,
            ensure_all_finite=False,
            ensure_min_samples=min_rows,
        )

    if sparse.issparse(X):
        return SparseTable(_sum_duplicates(sparse.csr_array(check(X))))
    frame = as_frame(X)
    if frame is not None:
        if 0 in frame.shape:
            check(np.empty(frame.shape))
        if _is_sparse(frame):
            array = _sum_duplicates(sparse.csr_array(check(frame.sparse.to_coo())))
            return SparseTable(array, normalize_labels(frame.columns))
        return ColumnTable(frame, normalize_labels(frame.columns))
    array = np.asarray(check(as_array(X)))
    return array if array.dtype.kind in "biuf" else ColumnTable(_as_objects(array), None)


def reject_lazy(X: Any) -> None:
    """Raise `TypeError` for a lazy query, which has no rows yet.

    Parameters
    ----------
    X : object
    """
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(X, polars.LazyFrame):
        raise TypeError("X is a polars LazyFrame, which has no rows yet. Pass X.collect().")


def _is_sparse(frame: Any) -> bool:
    """Whether all columns are sparse with fill value 0; pandas allows others, such as NaN."""
    import pandas as pd

    return frame.shape[1] > 0 and all(
        isinstance(dtype, pd.SparseDtype) and dtype.kind in "biuf" and dtype.fill_value == 0
        for dtype in frame.dtypes
    )


def _sum_duplicates(array: sparse.csr_array) -> sparse.csr_array:
    """Add up duplicate entries of a cell, as every consumer would do."""
    if array.has_canonical_format:
        return array
    array = array.copy()  # leaves the user's array unchanged
    array.sum_duplicates()
    return array


def _as_objects(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(object) if array.dtype.kind in "USV" else array
