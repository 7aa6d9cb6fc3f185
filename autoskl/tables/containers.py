"""Conversion of the containers of other libraries to pandas, numpy and scipy."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import sparse

from autoskl.tables.names import Labels, normalize_labels
from autoskl.tables.precision import MAX_EXACT_INTEGER


def column_labels(X: Any) -> Labels | None:
    """Return the column names of a data frame of any library, or None for anything else.

    They are those of `as_frame`.
    """
    if isinstance(X, np.ndarray | list | tuple) or sparse.issparse(X):
        return None
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(X, pandas.DataFrame):
        return normalize_labels(X.columns)
    X = _batch_as_table(X)
    if _is_arrow_table(X):
        # What pandas stored as columns of text may become an index or names of other types again.
        restored = X.schema.pandas_metadata is not None
        return normalize_labels(as_frame(X[:0]).columns if restored else X.column_names)
    import narwhals

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

    X, duplicated = _number_duplicates(_batch_as_table(X))
    if not narwhals.dependencies.is_into_dataframe(X):
        return None
    table = narwhals.from_native(X, eager_only=True)
    wide = [n for n, dtype in table.schema.items() if dtype in (narwhals.Int128, narwhals.UInt128)]
    if wide:  # pyarrow, used in the conversion to pandas, has no 128-bit integers
        table = table.with_columns(narwhals.col(*wide).cast(narwhals.Float64))
    frame = table.to_pandas()
    _restore_integers(frame, table)
    if duplicated is not None:
        frame.columns = duplicated
    return frame


def _number_duplicates(X: Any) -> tuple[Any, list[str] | None]:
    """Return a pyarrow table with duplicate column names, which narwhals rejects, without them.

    Returns
    -------
    table : object
        The same object if it is no such table.
    names : list of str or None
        The names that were replaced.
    """
    names = X.column_names if _is_arrow_table(X) else []
    if len(set(names)) == len(names):
        return X, None
    # The metadata of pandas refers to columns by name.
    return X.rename_columns(list(map(str, range(len(names))))).replace_schema_metadata(), names


def _restore_integers(frame: Any, table: Any) -> None:
    """Replace, in a converted frame, large integers that became floats, as values are missing."""
    import narwhals
    import pandas as pd

    for name, dtype in table.schema.items():
        if dtype not in (narwhals.Int64, narwhals.UInt64) or name not in frame.columns:
            continue
        if frame[name].dtype.kind == "f" and frame[name].abs().max() >= MAX_EXACT_INTEGER:
            missing = table[name].is_null().to_numpy()
            integers = table[name].fill_null(0).to_numpy()
            frame[name] = pd.arrays.IntegerArray(integers, missing)


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
    X = _batch_as_table(X)
    return X if _number_duplicates(X)[1] is None else as_frame(X)


def _is_arrow_table(X: Any) -> bool:
    pyarrow = sys.modules.get("pyarrow")
    return pyarrow is not None and isinstance(X, pyarrow.Table)


def _batch_as_table(X: Any) -> Any:
    """Return a pyarrow record batch as a table, anything else unchanged."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(X, pyarrow.RecordBatch):
        return pyarrow.Table.from_batches([X])
    return X
