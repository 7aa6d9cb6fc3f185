"""From a table and a plan to the encoded array."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.core.errors import DataWarning
from autoskl.tables.columns import Kind
from autoskl.tables.dataset import Table
from autoskl.tables.intake import Columns, SparseTable
from autoskl.tables.plan import Plan
from autoskl.tables.precision import is_infinite
from autoskl.tables.repairs import MOST_NAMES
from autoskl.tables.scan import row_blocks
from autoskl.tables.text_table import MixedTable, TextTable, pack
from autoskl.tables.texts import TextReader
from autoskl.tables.unreadable import is_unreadable

Floats = NDArray[np.floating[Any]]


def encode(table: Columns | NDArray[Any] | SparseTable, plan: Plan) -> Table:
    """Encode a table as planned.

    Parameters
    ----------
    table : Columns, ndarray or SparseTable
        Of any form, whatever the form of the training table was.
    plan : Plan

    Returns
    -------
    ndarray, csr_array or MixedTable of shape (n_rows, n_kept_columns)
        The array itself, not a copy, where nothing has to be changed.
    """
    if plan.is_blank:
        zeros = np.zeros((table.shape[0], 1), dtype=plan.dtype)
        return sparse.csr_array(zeros) if plan.sparse else zeros
    if isinstance(table, SparseTable):
        if plan.sparse:
            return _encode_sparse(table, plan)
        table = table.to_dense()
    if len(plan.texts):
        columns = table if isinstance(table, Columns) else Columns(table, None)
        return MixedTable(_encode_dense(columns, plan), _read_texts(columns, plan))
    dense = _encode_dense(table, plan)
    return sparse.csr_array(dense) if plan.sparse else dense


def _encode_dense(table: Columns | NDArray[Any], plan: Plan) -> Floats:
    if isinstance(table, np.ndarray):
        if plan.is_plain:
            return _encode_numbers(table if plan.keeps_all else table[:, plan.kept], plan.dtype)
        table = Columns(table, None)
    positions = table.positions(plan.labels, plan.kept)
    numbers = table.numbers(positions) if plan.is_plain else None
    if numbers is not None:
        return _encode_numbers(numbers, plan.dtype)
    out = np.empty((table.shape[0], len(positions)), dtype=plan.dtype)
    unreadable = []
    for place, raw in table.each(positions):
        with np.errstate(over="ignore"):
            values = plan.readers[place].read(raw).astype(plan.dtype, copy=False)
        if is_unreadable(raw, plan.readers[place], values):
            unreadable.append((plan.names[plan.kept[place]], plan.readers[place].kind))
        infinite = is_infinite(values)
        out[:, place] = np.where(infinite, np.nan, values) if infinite.any() else values
    if unreadable:
        _warn_of(unreadable)
    return out


def _warn_of(unreadable: Sequence[tuple[str, Kind]]) -> None:
    told = [f"{name!r} (read as {kind})" for name, kind in unreadable[:MOST_NAMES]]
    more = len(unreadable) - len(told)
    warnings.warn(
        f"Most values of {', '.join(told)}{f' and {more} more' if more else ''} are not what these "
        "columns held at fit, and were treated as missing. Give them the type or the format that "
        "they had there.",
        DataWarning,
        stacklevel=6,
    )


def _read_texts(table: Columns, plan: Plan) -> TextTable:
    reader = TextReader()
    positions = table.positions(plan.labels, plan.texts)
    found = {place: pack(reader.read_texts(raw)) for place, raw in table.each(positions)}
    return TextTable(
        tuple(found[place] for place in range(len(positions))), np.arange(table.shape[0])
    )


def _encode_numbers(array: NDArray[Any], dtype: np.dtype[Any]) -> Floats:
    as_wanted = array.dtype == dtype and array.flags.c_contiguous
    if as_wanted and not any(is_infinite(array[rows]).any() for rows in row_blocks(array.shape)):
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


def _encode_sparse(table: SparseTable, plan: Plan) -> sparse.csr_array:
    with np.errstate(over="ignore"):
        out = sparse.csr_array(table.take(plan.labels, plan.kept), dtype=plan.dtype)
    infinite = is_infinite(out.data)
    if infinite.any():
        out.data = np.where(infinite, np.nan, out.data)
    if out.indices.dtype != np.int32 and max(out.nnz, *out.shape) < np.iinfo(np.int32).max:
        # Many libraries take 32-bit indices only.
        out.indices, out.indptr = out.indices.astype(np.int32), out.indptr.astype(np.int32)
    return out
