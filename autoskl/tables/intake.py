"""What users pass as X, in one of three forms: numbers, a sparse table, or columns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.tables.containers import as_array, as_frame, usual_storage
from autoskl.tables.names import Labels, match_labels

SMALL_CELLS = 2_000_000
"""Below this many cells a table is small: it stays in float64, and copies cost nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A table whose columns are read one by one.

    Attributes
    ----------
    source : DataFrame or ndarray of shape (n_rows, n_columns)
    labels : tuple of hashable or None
        Names of the columns of a data frame, as they are.
    """

    source: Any
    labels: Labels | None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        n_rows, n_columns = self.source.shape
        return int(n_rows), int(n_columns)

    def each(self, positions: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield columns as pandas Series, without a copy where possible, in the table's own order.

        Parameters
        ----------
        positions : sequence of int
            Distinct positions in the table.

        Yields
        ------
        tuple of int and Series
            Where the column stands in ``positions``, and the column.
        """
        import pandas as pd

        if self.labels is None:
            dtype = object if self.source.dtype == object else None  # objects stay what they are
            for place, position in enumerate(positions):
                yield place, pd.Series(self.source[:, position], dtype=dtype, copy=False)
            return
        places = {position: place for place, position in enumerate(positions)}
        for position, (_, values) in enumerate(self.source.items()):  # far faster than iloc
            if position in places:
                yield places[position], usual_storage(values)

    def positions(self, labels: Labels | None, needed: NDArray[np.intp]) -> list[int]:
        """Return where the needed columns of the fitted table stand in this one.

        They are found by name where both tables have names, else by position.
        """
        places = [int(place) for place in needed]
        if labels is None or self.labels is None:
            return places
        return match_labels(labels, self.labels, places)

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Mask of the columns of a data frame that hold whole numbers."""
        return np.array([dtype.kind in "iu" for dtype in self.source.dtypes], dtype=bool)

    def numbers(self, positions: list[int] | None = None) -> NDArray[Any] | None:
        """Return some columns (default: all) as one array, if they are plain numbers and small.

        Larger data frames are read column by column: this array would be a further copy of them.
        """
        if self.labels is None or self.source.size >= SMALL_CELLS:
            return None
        frame = self.source
        if positions is not None and positions != list(range(self.shape[1])):
            frame = frame.iloc[:, positions]
        if all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in frame.dtypes):
            return np.asarray(frame.to_numpy())
        return None


@dataclass(frozen=True, slots=True, eq=False)
class SparseTable:
    """A sparse table, each of whose entries is stored once.

    Attributes
    ----------
    array : csr_array of shape (n_rows, n_columns)
    labels : tuple of hashable or None
        Names of the columns where it was a data frame.
    """

    array: sparse.csr_array
    labels: Labels | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        n_rows, n_columns = self.array.shape
        return int(n_rows), int(n_columns)

    def take(self, labels: Labels | None, needed: NDArray[np.intp]) -> sparse.csr_array:
        """Return the needed columns of the fitted table, found by name or else by position."""
        places = [int(place) for place in needed]
        if labels is not None and self.labels is not None:
            places = match_labels(labels, self.labels, places)
        return self.array if places == list(range(self.shape[1])) else self.array[:, places]

    def to_dense(self) -> Columns:
        """Return the table with all zeros."""
        dense = self.array.toarray()
        if self.labels is None:
            return Columns(dense, None)
        import pandas as pd

        frame = pd.DataFrame(dense)
        frame.columns = pd.Index(self.labels, tupleize_cols=False)
        return Columns(frame, self.labels)


def read_table(X: Any, *, min_rows: int = 1) -> Columns | NDArray[Any] | SparseTable:
    """Look at X as little as needed to know its form; raise scikit-learn's errors for bad shapes.

    Parameters
    ----------
    X : data frame, array-like or sparse matrix of shape (n_rows, n_columns)
        pandas, polars and pyarrow tables, arrays of any dtype, lists of rows.
    min_rows : int, default=1
        Fewer rows raise ValueError.

    Returns
    -------
    Columns, ndarray or SparseTable
        A two-dimensional array only of real numbers or truth values.

    Raises
    ------
    ValueError
        When X is not two-dimensional, has no columns or too few rows, or is complex.
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
        return SparseTable(_canonical(sparse.csr_array(check(X))))
    frame = as_frame(X)
    if frame is not None:
        if 0 in frame.shape:
            check(np.empty(frame.shape))
        if _is_sparse(frame):
            array = _canonical(sparse.csr_array(check(frame.sparse.to_coo())))
            return SparseTable(array, tuple(frame.columns))
        return Columns(frame, tuple(frame.columns))
    array = np.asarray(check(as_array(X)))
    return array if array.dtype.kind in "biuf" else Columns(_as_objects(array), None)


def refuse_lazy(X: Any) -> None:
    """Raise `TypeError` for a query that has not been run, which has no rows yet.

    Parameters
    ----------
    X : object
    """
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(X, polars.LazyFrame):
        raise TypeError("X is a LazyFrame of polars, which has no rows yet. Pass X.collect().")


def _is_sparse(frame: Any) -> bool:
    """Whether all columns leave out zeros; pandas may leave out other values, such as NaN."""
    import pandas as pd

    return frame.shape[1] > 0 and all(
        isinstance(dtype, pd.SparseDtype) and dtype.kind in "biuf" and dtype.fill_value == 0
        for dtype in frame.dtypes
    )


def _canonical(array: sparse.csr_array) -> sparse.csr_array:
    """Add up the entries that are stored for the same cell, as every reader would do later."""
    if array.has_canonical_format:
        return array
    array = array.copy()  # the user's own stays as it is
    array.sum_duplicates()
    return array


def _as_objects(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(object) if array.dtype.kind in "USV" else array
