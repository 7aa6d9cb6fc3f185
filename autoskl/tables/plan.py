"""What the raw-table encoder decides when it is fitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.tables.columns import LEFT_OUT, Column, Kind
from autoskl.tables.intake import SMALL_CELLS, Columns, SparseTable
from autoskl.tables.kinds import EXACT, Choice, choose_reader
from autoskl.tables.names import Labels, distinct_names, select_columns
from autoskl.tables.numeric import BooleanReader, NumberReader
from autoskl.tables.precision import needs_float64
from autoskl.tables.reader import Reader
from autoskl.tables.repairs import Repair
from autoskl.tables.scan import NOTHING_KNOWN, Facts, Mask, each_column, join, scan, scan_sparse
from autoskl.tables.texts import TextReader


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How each column of a table is encoded; nothing of it changes after the fit.

    Attributes
    ----------
    labels : tuple of hashable or None
        Names of the columns of the training data frame, as they were.
    names : tuple of str
        Distinct names of all columns.
    kept : ndarray of int
        Positions of the columns that are encoded as numbers, ascending.
    readers : tuple of Reader
        One for each kept column.
    texts : ndarray of int
        Positions of the columns of text, ascending.
    columns : tuple of Column
        One for each kept column, then those of text; empty for sparse tables.
    dtype : dtype
        float64 or float32.
    sparse : bool
        Whether the encoded table is a sparse array.
    kinds : dict of str to Kind
        Of every column of the training table, by name.
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
    def is_blank(self) -> bool:
        """Whether no column says anything; since one must remain, it is a column of zeros."""
        return not len(self.kept) and not len(self.texts)

    @property
    def dropped(self) -> dict[str, Kind]:
        """Columns that are left out: those that are empty, constant or identifiers."""
        return {name: kind for name, kind in self.kinds.items() if kind in LEFT_OUT}

    @property
    def keeps_all(self) -> bool:
        """Whether no column is left out."""
        return len(self.kept) == len(self.names)

    @property
    def is_plain(self) -> bool:
        """Whether the table held numbers and truth values only."""
        return all(type(reader) in (NumberReader, BooleanReader) for reader in self.readers)


def make_plan(table: Columns | NDArray[Any] | SparseTable, categorical_features: Any) -> Plan:
    """Decide how a table is encoded, from all of its rows but not from their order.

    Parameters
    ----------
    table : Columns, ndarray or SparseTable
    categorical_features : {"from_dtype"} or sequence of str, int or bool, or None
        Columns that hold categories besides those whose type says so.
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
    if not isinstance(table, Columns):
        array = np.asarray(table)
        if not listed.any() and not (array.dtype.kind in "iu" and _may_hold_keys(array)):
            return _plan_array(array, None)
        table = Columns(table, None)
    numbers = None if listed.any() else table.numbers()
    if numbers is None or _may_hold_keys(numbers[:, table.whole]):
        return _plan_columns(table, listed)
    return _plan_array(numbers, labels)


def _may_hold_keys(array: NDArray[Any]) -> bool:
    """Whether whole numbers are so large that `choose_reader` has to look at them."""
    if array.dtype.itemsize < 8 or not array.size:
        return False
    return max(abs(int(array.max())), abs(int(array.min()))) > EXACT


def _plan_array(array: NDArray[Any], labels: Labels | None) -> Plan:
    facts = scan(array)
    reader: Reader = BooleanReader() if array.dtype.kind == "b" else NumberReader()
    exact = array.size < SMALL_CELLS or any(map(needs_float64, each_column(array)))
    return _assemble(labels, facts, [Choice(reader)] * array.shape[1], exact)


def _plan_columns(table: Columns, listed: Mask) -> Plan:
    exact = table.source.size < SMALL_CELLS
    facts, choices = [NOTHING_KNOWN] * len(listed), [Choice(None)] * len(listed)
    for place, values in table.each(range(len(listed))):
        choice = choose_reader(values, categorical=bool(listed[place]), strict=table.labels is None)
        choices[place] = choice
        if choice.reader is not None:
            encoded = choice.reader.read(values)
            facts[place] = scan(encoded[:, None])
            exact = exact or needs_float64(encoded)
    return _assemble(table.labels, join(facts), choices, exact)


def _plan_sparse(table: SparseTable) -> Plan:
    exact = table.array.nnz < SMALL_CELLS or needs_float64(table.array.data)
    choices = [Choice(NumberReader())] * table.shape[1]
    return _assemble(table.labels, scan_sparse(table.array), choices, exact, is_sparse=True)


def _assemble(
    labels: Labels | None,
    facts: Facts,
    choices: list[Choice],
    exact: bool,
    is_sparse: bool = False,
) -> Plan:
    default = tuple(f"x{position}" for position in range(len(choices)))
    names = default if labels is None else distinct_names(labels)
    kinds = list(_kinds(facts, choices))
    keep = np.array([kind not in LEFT_OUT for kind in kinds])
    is_text = np.array([kind is Kind.TEXT for kind in kinds])
    kept, texts = np.flatnonzero(keep & ~is_text), np.flatnonzero(keep & is_text)
    columns = tuple(_columns(names, [*kept, *texts], facts, choices))
    if not columns:
        columns = (Column(names[0], Kind.NUMERIC),)
    return Plan(
        labels=labels,
        names=names,
        kept=kept,
        readers=tuple(reader for place in kept if (reader := choices[place].reader)),
        texts=texts,
        columns=() if is_sparse else columns,
        dtype=np.dtype(np.float64 if exact else np.float32),
        sparse=is_sparse,
        kinds=dict(zip(names, kinds, strict=True)),
        repairs=tuple(_repairs(labels, names, facts, choices)),
    )


def _columns(
    names: tuple[str, ...], kept: Iterable[int], facts: Facts, choices: list[Choice]
) -> Iterable[Column]:
    for place in kept:
        reader = choices[place].reader
        if reader is not None:
            yield Column(names[place], reader.kind, reader.n_levels, bool(facts.missing[place]))


def _kinds(facts: Facts, choices: list[Choice]) -> Iterable[Kind]:
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
    labels: Labels | None, names: tuple[str, ...], facts: Facts, choices: list[Choice]
) -> Iterable[tuple[Repair, str]]:
    for place, (name, choice) in enumerate(zip(names, choices, strict=True)):
        if facts.empty[place]:
            yield Repair.EMPTY, name
        elif facts.infinite[place]:
            yield Repair.INFINITE, name
        if labels is not None and name != str(labels[place]):
            yield Repair.RENAMED, name
        for repair in choice.repairs:
            yield repair, name
