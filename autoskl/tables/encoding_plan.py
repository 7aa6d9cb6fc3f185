"""The encoding of each column, chosen when the raw-table encoder is fitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import DROPPED_KINDS, Column, Kind
from autoskl.tables.names import Labels, select_columns, unique_names
from autoskl.tables.numeric import BooleanReader, NumberReader
from autoskl.tables.precision import MAX_EXACT_INTEGER, needs_float64
from autoskl.tables.raw_table import SMALL_TABLE_CELLS, ColumnTable, SparseTable
from autoskl.tables.reader import Reader
from autoskl.tables.reader_choice import ReaderChoice, choose_reader
from autoskl.tables.repairs import Repair
from autoskl.tables.scan import (
    UNREAD_COLUMN,
    ColumnFacts,
    Mask,
    concatenate_facts,
    iter_contiguous_columns,
    scan,
    scan_sparse,
)
from autoskl.tables.texts import TextReader


@dataclass(frozen=True, slots=True, eq=False)
class EncodingPlan:
    """How each column of a table is encoded.

    Attributes
    ----------
    labels : tuple of hashable or None
        Original column names of the training data frame.
    names : tuple of str
        Unique names of all columns.
    kept : ndarray of int
        Ascending positions of the columns that are encoded as numbers.
    readers : tuple of Reader
        One per kept column.
    texts : ndarray of int
        Ascending positions of the text columns.
    columns : tuple of Column
        One per kept column, then the text columns; empty for sparse tables.
    dtype : dtype
        float64 or float32.
    sparse : bool
        Whether the encoded table is a sparse array.
    kinds : dict of str to Kind
        Kind of every column of the training table, by name.
    repairs : tuple of (Repair, str)
    """

    labels: Labels | None
    names: tuple[str, ...]
    kept: NDArray[np.intp]
    readers: tuple[Reader, ...]
    texts: NDArray[np.intp]
    columns: tuple[Column, ...]
    dtype: np.dtype[Any]
    sparse: bool
    kinds: dict[str, Kind]
    repairs: tuple[tuple[Repair, str], ...]

    @property
    def drops_all(self) -> bool:
        """Whether no column is left; the encoded table is then a column of zeros."""
        return not len(self.kept) and not len(self.texts)

    @property
    def dropped(self) -> dict[str, Kind]:
        """The dropped columns: those that are empty, constant or identifiers."""
        return {name: kind for name, kind in self.kinds.items() if kind in DROPPED_KINDS}

    @property
    def keeps_all(self) -> bool:
        """Whether all columns are encoded as numbers."""
        return len(self.kept) == len(self.names)

    @property
    def is_numeric(self) -> bool:
        """Whether all kept columns are numbers or booleans."""
        return all(type(reader) in (NumberReader, BooleanReader) for reader in self.readers)


def make_encoding_plan(
    table: ColumnTable | NDArray[Any] | SparseTable, categorical_features: Any
) -> EncodingPlan:
    """Choose the encoding of a table from all of its rows, independently of their order.

    Parameters
    ----------
    table : ColumnTable, ndarray or SparseTable
    categorical_features : {"from_dtype"} or sequence of str, int or bool, or None
        Categorical columns besides those with a category dtype.
    """
    labels = None if isinstance(table, np.ndarray) else table.labels
    n_columns = int(table.shape[1])
    listed = np.zeros(n_columns, dtype=bool)
    from_dtype = isinstance(categorical_features, str) and categorical_features == "from_dtype"
    if not from_dtype and categorical_features is not None:
        listed = select_columns(categorical_features, labels, n_columns)
    if isinstance(table, SparseTable):
        if listed.any():
            raise ValueError(
                "'categorical_features' lists columns of a sparse X, whose columns are all "
                "numeric. Pass X dense, or leave 'categorical_features' at 'from_dtype'."
            )
        return _plan_sparse(table)
    if not isinstance(table, ColumnTable):
        array = np.asarray(table)
        if not listed.any() and not (array.dtype.kind in "iu" and _may_hold_identifiers(array)):
            return _plan_array(array, None)
        table = ColumnTable(table, None)
    numbers = None if listed.any() else table.to_numeric_array()
    if numbers is None or _may_hold_identifiers(numbers[:, table.integer_columns]):
        return _plan_columns(table, listed)
    return _plan_array(numbers, labels)


def _may_hold_identifiers(array: NDArray[Any]) -> bool:
    """Whether integers are so large that `choose_reader` must check for identifiers."""
    if array.dtype.itemsize < 8 or not array.size:
        return False
    return max(abs(int(array.max())), abs(int(array.min()))) > MAX_EXACT_INTEGER


def _plan_array(array: NDArray[Any], labels: Labels | None) -> EncodingPlan:
    facts = scan(array)
    reader: Reader = BooleanReader() if array.dtype.kind == "b" else NumberReader()
    use_float64 = array.size < SMALL_TABLE_CELLS or any(
        map(needs_float64, iter_contiguous_columns(array))
    )
    return _assemble(labels, facts, [ReaderChoice(reader)] * array.shape[1], use_float64)


def _plan_columns(table: ColumnTable, listed: Mask) -> EncodingPlan:
    use_float64 = table.source.size < SMALL_TABLE_CELLS
    facts, choices = [UNREAD_COLUMN] * len(listed), [ReaderChoice(None)] * len(listed)
    strict = table.labels is None
    for i, values in table.iter_columns(range(len(listed))):
        choice = choose_reader(values, categorical=bool(listed[i]), strict=strict)
        choices[i] = choice
        if choice.reader is not None:
            encoded = choice.reader.read(values)
            facts[i] = scan(encoded[:, None])
            use_float64 = use_float64 or needs_float64(encoded)
    return _assemble(table.labels, concatenate_facts(facts), choices, use_float64)


def _plan_sparse(table: SparseTable) -> EncodingPlan:
    use_float64 = table.array.nnz < SMALL_TABLE_CELLS or needs_float64(table.array.data)
    choices = [ReaderChoice(NumberReader())] * table.shape[1]
    return _assemble(table.labels, scan_sparse(table.array), choices, use_float64, is_sparse=True)


def _assemble(
    labels: Labels | None,
    facts: ColumnFacts,
    choices: list[ReaderChoice],
    use_float64: bool,
    is_sparse: bool = False,
) -> EncodingPlan:
    default = tuple(f"x{position}" for position in range(len(choices)))
    names = default if labels is None else unique_names(labels)
    kinds = list(_kinds(facts, choices))
    keep = np.array([kind not in DROPPED_KINDS for kind in kinds])
    is_text = np.array([kind is Kind.TEXT for kind in kinds])
    kept, texts = np.flatnonzero(keep & ~is_text), np.flatnonzero(keep & is_text)
    columns = tuple(_columns(names, [*kept, *texts], facts, choices))
    if not columns:
        columns = (Column(names[0], Kind.NUMERIC),)
    return EncodingPlan(
        labels=labels,
        names=names,
        kept=kept,
        readers=tuple(reader for i in kept if (reader := choices[i].reader)),
        texts=texts,
        columns=() if is_sparse else columns,
        dtype=np.dtype(np.float64 if use_float64 else np.float32),
        sparse=is_sparse,
        kinds=dict(zip(names, kinds, strict=True)),
        repairs=tuple(_repairs(labels, names, facts, choices)),
    )


def _columns(
    names: tuple[str, ...], kept: Iterable[int], facts: ColumnFacts, choices: list[ReaderChoice]
) -> Iterable[Column]:
    for i in kept:
        reader = choices[i].reader
        if reader is not None:
            yield Column(names[i], reader.kind, reader.n_levels, bool(facts.missing[i]))


def _kinds(facts: ColumnFacts, choices: list[ReaderChoice]) -> Iterable[Kind]:
    for choice, empty, constant in zip(choices, facts.empty, facts.constant, strict=True):
        if choice.reader is None:
            yield Kind.IDENTIFIER
        elif empty:
            yield Kind.EMPTY
        elif constant and not isinstance(choice.reader, TextReader):
            yield Kind.CONSTANT
        else:
            many = Column("", choice.reader.kind, choice.reader.n_levels).is_high_cardinality
            yield Kind.HIGH_CARDINALITY if many else choice.reader.kind


def _repairs(
    labels: Labels | None, names: tuple[str, ...], facts: ColumnFacts, choices: list[ReaderChoice]
) -> Iterable[tuple[Repair, str]]:
    for i, (name, choice) in enumerate(zip(names, choices, strict=True)):
        if facts.empty[i]:
            yield Repair.EMPTY, name
        elif facts.infinite[i]:
            yield Repair.INFINITE, name
        if labels is not None and name != str(labels[i]):
            yield Repair.RENAMED, name
        for repair in choice.repairs:
            yield repair, name
