"""Text columns beside numeric columns, in a form that processes share without copying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Concatenated texts in UTF-8: two arrays, which can be memory-mapped.

    Attributes
    ----------
    data : ndarray of uint8 of shape (n_bytes,)
    bounds : ndarray of int64 of shape (n_rows + 1,)
        Start of each text in ``data``; the last entry is the length of ``data``.
    """

    data: NDArray[np.uint8]
    bounds: NDArray[np.int64]

    def decode(self, rows: Rows) -> list[str]:
        """Return the texts of some rows."""
        data, bounds = self.data.data, self.bounds
        starts, ends = bounds[rows].tolist(), bounds[rows + 1].tolist()
        return [str(data[a:b], "utf-8") for a, b in zip(starts, ends, strict=True)]


def pack(texts: Sequence[str]) -> TextColumn:
    """Return texts as a column.

    Lone surrogates, which Python allows but UTF-8 does not, become question marks.
    """
    encoded = [text.encode("utf-8", errors="replace") for text in texts]
    bounds = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in encoded], out=bounds[1:])
    return TextColumn(np.frombuffer(b"".join(encoded), dtype=np.uint8), bounds)


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """A selection of rows of text columns; selections share the texts themselves.

    Attributes
    ----------
    columns : tuple of TextColumn
    rows : ndarray of int of shape (n_rows,)
    """

    columns: tuple[TextColumn, ...]
    rows: Rows

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns."""
        return len(self.rows), len(self.columns)

    @property
    def n_bytes(self) -> int:
        """Total length of the texts in UTF-8."""
        lengths = (
            column.bounds[self.rows + 1] - column.bounds[self.rows] for column in self.columns
        )
        return int(sum(length.sum() for length in lengths))

    def to_array(self) -> NDArray[np.object_]:
        """Return the texts as an object array of shape (n_rows, n_columns); missing ones are ""."""
        texts = np.empty(self.shape, dtype=object)
        for i, column in enumerate(self.columns):
            texts[:, i] = column.decode(self.rows)
        return texts


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class MixedTable:
    """Numbers and texts of the same rows, indexed by row like an array.

    Attributes
    ----------
    numbers : ndarray of shape (n_rows, n_numbers)
    texts : TextTable

    Examples
    --------
    >>> import numpy as np
    >>> from autoskl.tables.text_table import MixedTable, TextTable, pack
    >>> texts = TextTable((pack(["a b", "", "c"]),), np.arange(3))
    >>> table = MixedTable(np.eye(3), texts)
    >>> table.shape, table[[2, 0]].texts.to_array().tolist()
    ((3, 4), [['c'], ['a b']])
    """

    numbers: NDArray[np.floating[Any]]
    texts: TextTable

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows, and of numeric and text columns together."""
        n_rows, n_numbers = self.numbers.shape
        return n_rows, n_numbers + len(self.texts.columns)

    @property
    def ndim(self) -> int:
        """Always 2."""
        return 2

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the numbers."""
        return self.numbers.dtype

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Any) -> MixedTable:
        texts = TextTable(self.texts.columns, self.texts.rows[rows])
        return MixedTable(self.numbers[rows], texts)
