"""Encodes a table as planned."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.core.errors import DataWarning
from autoskl.core.stack_level import user_stack_level
from autoskl.tables.categories import CategoryReader
from autoskl.tables.dataset import Table
from autoskl.tables.encoding_plan import EncodingPlan
from autoskl.tables.precision import is_infinite
from autoskl.tables.raw_table import ColumnTable, SparseTable
from autoskl.tables.repairs import MAX_NAMES
from autoskl.tables.scan import row_blocks
from autoskl.tables.text_table import MixedTable, TextTable, pack
from autoskl.tables.texts import TextReader
from autoskl.tables.unreadable import is_unreadable, unseen_category

Floats = NDArray[np.floating[Any]]


def encode(
    table: ColumnTable | NDArray[Any] | SparseTable, plan: EncodingPlan, *, copy: bool = False
) -> Table:
    """Encode a table as planned.

    Parameters
    ----------
    table : ColumnTable, ndarray or SparseTable
        May have another form than the training table.
    plan : EncodingPlan
    copy : bool, default=False
        Whether a dense result must not share memory with the table.

    Returns
    -------
    ndarray, csr_array or MixedTable of shape (n_rows, n_kept_columns)
        The array itself, if nothing has to be changed and no copy is wanted.
    """
    if plan.drops_all:
        zeros = np.zeros((table.shape[0], 1), dtype=plan.dtype)
        return sparse.csr_array(zeros) if plan.sparse else zeros
    if isinstance(table, SparseTable):
        if plan.sparse:
            return _encode_sparse(table, plan)
        table = table.to_dense()
    if len(plan.texts):
        columns = table if isinstance(table, ColumnTable) else ColumnTable(table, None)
        return MixedTable(_encode_dense(columns, plan), _read_texts(columns, plan))
    dense = _encode_dense(table, plan, copy=copy)
    return sparse.csr_array(dense) if plan.sparse else dense


def _encode_dense(
    table: ColumnTable | NDArray[Any], plan: EncodingPlan, *, copy: bool = False
) -> Floats:
    if isinstance(table, np.ndarray):
        if plan.is_numeric:
            kept = table if plan.keeps_all else table[:, plan.kept]
            return _encode_numbers(kept, plan.dtype, copy=copy)
        table = ColumnTable(table, None)
    positions = table.positions(plan.labels, plan.kept)
    numbers = table.to_numeric_array(positions) if plan.is_numeric else None
    if numbers is not None:
        return _encode_numbers(numbers, plan.dtype, copy=copy)
    out = np.empty((table.shape[0], len(positions)), dtype=plan.dtype)
    unreadable, unseen = [], []
    for i, raw in table.iter_columns(positions):
        reader = plan.readers[i]
        with np.errstate(over="ignore"):
            values = reader.read(raw).astype(plan.dtype, copy=False)
        name = plan.names[plan.kept[i]]
        if is_unreadable(raw, reader, values):
            unreadable.append(f"{name!r} (read as {reader.kind})")
        elif isinstance(reader, CategoryReader) and (new := unseen_category(raw, values)):
            unseen.append(f"{name!r} ({new!r}, in fit {reader.levels[0]!r})")
        infinite = is_infinite(values)
        out[:, i] = np.where(infinite, np.nan, values) if infinite.any() else values
    if unreadable:
        _warn(
            f"Most values of {_list(unreadable)} could not be read the way these columns were read "
            "in fit, and were treated as missing. Pass them in the type or format that they had "
            "there."
        )
    if unseen:
        _warn(
            f"All values of {_list(unseen)} are categories that fit did not have, and were treated "
            "as missing. Pass them in the type or spelling that they had there."
        )
    return out


def _list(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - MAX_NAMES} more" if len(columns) > MAX_NAMES else ""
    return ", ".join(columns[:MAX_NAMES]) + more


def _warn(message: str) -> None:
    warnings.warn(message, DataWarning, stacklevel=user_stack_level())


def _read_texts(table: ColumnTable, plan: EncodingPlan) -> TextTable:
    reader = TextReader()
    positions = table.positions(plan.labels, plan.texts)
    packed = {i: pack(reader.read_texts(raw)) for i, raw in table.iter_columns(positions)}
    columns = tuple(packed[i] for i in range(len(positions)))
    return TextTable(columns, np.arange(table.shape[0]))


def _encode_numbers(array: NDArray[Any], dtype: np.dtype[Any], *, copy: bool) -> Floats:
    matches = not copy and array.dtype == dtype and array.flags.c_contiguous
    if matches and not any(is_infinite(array[rows]).any() for rows in row_blocks(array.shape)):
        return array
    out = np.empty(array.shape, dtype=dtype)
    for rows in row_blocks(array.shape):
        block = out[rows]
        with np.errstate(over="ignore"):
            np.copyto(block, array[rows], casting="unsafe")
        infinite = is_infinite(block)
        if infinite.any():
            block[infinite] = np.nan
    return out


def _encode_sparse(table: SparseTable, plan: EncodingPlan) -> sparse.csr_array:
    with np.errstate(over="ignore"):
        out = sparse.csr_array(table.take(plan.labels, plan.kept), dtype=plan.dtype)
    infinite = is_infinite(out.data)
    if infinite.any():
        out.data = np.where(infinite, np.nan, out.data)
    if out.indices.dtype != np.int32 and max(out.nnz, *out.shape) < np.iinfo(np.int32).max:
        # Many libraries accept 32-bit indices only.
        out.indices, out.indptr = out.indices.astype(np.int32), out.indptr.astype(np.int32)
    return out
