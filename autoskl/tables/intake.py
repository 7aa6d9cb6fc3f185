"""What users pass as X, in one of three forms: numbers, a sparse array, or columns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

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
                yield places[position], _usual_storage(values)

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


def read_table(X: Any, *, min_rows: int = 1) -> Columns | NDArray[Any] | sparse.csr_array:
    """Look at X as little as needed to know its form; raise scikit-learn's errors for bad shapes.

    Parameters
    ----------
    X : data frame, array-like or sparse matrix of shape (n_rows, n_columns)
        pandas, polars and pyarrow tables, arrays of any dtype, lists of rows.
    min_rows : int, default=1
        Fewer rows raise ValueError.

    Returns
    -------
    Columns, ndarray or csr_array
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
        return sparse.csr_array(check(X))
    frame = _as_frame(X)
    if frame is not None:
        if 0 in frame.shape:
            check(np.empty(frame.shape))
        if _is_sparse(frame):
            return sparse.csr_array(check(frame.sparse.to_coo()))
        return Columns(frame, tuple(frame.columns))
    array = np.asarray(check(_keep_types(X)))
    return array if array.dtype.kind in "biuf" else Columns(_as_objects(array), None)


def labels_of(X: Any) -> Labels | None:
    """Return the names of the columns of a data frame of any library, None for anything else."""
    if isinstance(X, np.ndarray | list | tuple) or sparse.issparse(X):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return tuple(X.columns)
    import narwhals

    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    return tuple(narwhals.from_native(X, eager_only=True).columns)


def _as_frame(X: Any) -> Any:
    """Return X as a pandas data frame, None when it is no data frame at all."""
    if isinstance(X, np.ndarray | list | tuple):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return X
    import narwhals

    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    return narwhals.from_native(X, eager_only=True).to_pandas()


def _usual_storage(values: Any) -> Any:
    """Return objects for what pandas stores in its own ways though it is no number or moment."""
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, np.dtype | pd.StringDtype | pd.CategoricalDtype):
        return values
    if dtype.type is pd.CategoricalDtype.type:  # Arrow's dictionaries
        return values.astype(object).astype("category")
    return values.astype(object) if dtype.kind in "OSV" else values


def _is_sparse(frame: Any) -> bool:
    import pandas as pd

    return frame.shape[1] > 0 and all(
        isinstance(dtype, pd.SparseDtype) and dtype.kind in "biuf" for dtype in frame.dtypes
    )


def _keep_types(X: Any) -> Any:
    """Return lists as they would stand in a data frame: numpy would turn [1, "a"] into text."""
    if isinstance(X, list | tuple) and np.asarray(X).dtype.kind in "US":
        return np.array(X, dtype=object)
    return X


def _as_objects(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(object) if array.dtype.kind in "USV" else array
