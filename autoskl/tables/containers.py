"""Tables of other libraries, in the containers that they are read from."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import sparse

from autoskl.tables.names import Labels


def labels_of(X: Any) -> Labels | None:
    """Return the names of the columns of a data frame of any library, None for anything else."""
    if isinstance(X, np.ndarray | list | tuple) or sparse.issparse(X):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return tuple(X.columns)
    import narwhals

    X = _whole(X)
    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    return tuple(narwhals.from_native(X, eager_only=True).columns)


def as_frame(X: Any) -> Any:
    """Return X as a pandas data frame, None when it is no data frame at all."""
    if isinstance(X, np.ndarray | list | tuple):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return X
    import narwhals

    X = _whole(X)
    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    table = narwhals.from_native(X, eager_only=True)
    wide = [n for n, dtype in table.schema.items() if dtype in (narwhals.Int128, narwhals.UInt128)]
    if wide:  # pyarrow, on the way to pandas, knows no such numbers
        table = table.with_columns(narwhals.col(*wide).cast(narwhals.Float64))
    return table.to_pandas()


def as_array(X: Any) -> Any:
    """Return lists as they would stand in a data frame: numpy would turn [1, "a"] into text."""
    if isinstance(X, np.ma.MaskedArray):
        return _filled(X)
    if isinstance(X, list | tuple) and np.asarray(X).dtype.kind in "US":
        return np.array(X, dtype=object)
    return X


def _filled(array: Any) -> Any:
    """Return a masked array as one in which what is hidden is missing."""
    if array.dtype.kind in "biuf":
        return np.ma.filled(array.astype(np.float64), np.nan)
    if array.dtype.kind in "mM":
        return array.filled(np.array("NaT", dtype=array.dtype))
    if array.dtype.kind in "OSU":
        return np.where(np.ma.getmaskarray(array), None, array.data.astype(object))
    return array


def usual_storage(values: Any) -> Any:
    """Return objects for what pandas stores in its own ways though it is no number or moment."""
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, np.dtype | pd.StringDtype | pd.CategoricalDtype):
        return values
    if dtype.type is pd.CategoricalDtype.type:  # Arrow's dictionaries
        return values.astype(object).astype("category")
    return values.astype(object) if dtype.kind in "OSV" else values


def with_rows(X: Any) -> Any:
    """Return X in a container whose rows can be taken, where it is one that has no such thing."""
    if sparse.issparse(X):
        return X if X.format in ("csr", "csc", "lil") else X.tocsr()
    return _whole(X)


def _whole(X: Any) -> Any:
    """Return a batch of pyarrow as the table that it is, anything else as it is."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(X, pyarrow.RecordBatch):
        return pyarrow.Table.from_batches([X])
    return X
