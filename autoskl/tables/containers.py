"""Conversion of the containers of other libraries to pandas, numpy and scipy."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import sparse

from autoskl.tables.names import Labels


def column_labels(X: Any) -> Labels | None:
    """Return the column names of a data frame of any library, or None for anything else."""
    if isinstance(X, np.ndarray | list | tuple) or sparse.issparse(X):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return tuple(X.columns)
    import narwhals

    X = _batch_as_table(X)
    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    return tuple(narwhals.from_native(X, eager_only=True).columns)


def as_frame(X: Any) -> Any:
    """Return a data frame of any library as a pandas data frame, or None for anything else."""
    if isinstance(X, np.ndarray | list | tuple):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return X
    import narwhals

    X = _batch_as_table(X)
    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    table = narwhals.from_native(X, eager_only=True)
    wide = [n for n, dtype in table.schema.items() if dtype in (narwhals.Int128, narwhals.UInt128)]
    if wide:  # pyarrow, used in the conversion to pandas, has no 128-bit integers
        table = table.with_columns(narwhals.col(*wide).cast(narwhals.Float64))
    return table.to_pandas()


def as_array(X: Any) -> Any:
    """Return lists as object arrays where numpy would convert [1, "a"] to text; fill masks."""
    if isinstance(X, np.ma.MaskedArray):
        return _fill_masked(X)
    if isinstance(X, list | tuple) and np.asarray(X).dtype.kind in "US":
        return np.array(X, dtype=object)
    return X


def _fill_masked(array: Any) -> Any:
    """Return a masked array as a plain array whose masked entries are missing values."""
    if array.dtype.kind in "biuf":
        return np.ma.filled(array.astype(np.float64), np.nan)
    if array.dtype.kind in "mM":
        return array.filled(np.array("NaT", dtype=array.dtype))
    if array.dtype.kind in "OSU":
        return np.where(np.ma.getmaskarray(array), None, array.data.astype(object))
    return array


def normalize_storage(values: Any) -> Any:
    """Convert extension dtypes to object, except strings, categories, numbers and datetimes."""
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, np.dtype | pd.StringDtype | pd.CategoricalDtype):
        return values
    if dtype.type is pd.CategoricalDtype.type:  # Arrow dictionaries
        return values.astype(object).astype("category")
    return values.astype(object) if dtype.kind in "OSV" else values


def as_indexable(X: Any) -> Any:
    """Convert containers that do not support indexing by row to ones that do."""
    if sparse.issparse(X):
        return X if X.format in ("csr", "csc", "lil") else X.tocsr()
    return _batch_as_table(X)


def _batch_as_table(X: Any) -> Any:
    """Return a pyarrow record batch as a table, anything else unchanged."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(X, pyarrow.RecordBatch):
        return pyarrow.Table.from_batches([X])
    return X
