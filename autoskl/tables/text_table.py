"""Columns of text beside columns of numbers, in a form that processes share without a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Texts one after the other in UTF-8: two arrays, which can be mapped from a file.

    Attributes
    ----------
    data : ndarray of uint8 of shape (n_bytes,)
    bounds : ndarray of int64 of shape (n_rows + 1,)
        Where in ``data`` each text starts; the last entry is its length.
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

    Half of a surrogate pair, which Python allows and UTF-8 does not, becomes a question mark.
    """
    encoded = [text.encode("utf-8", errors="replace") for text in texts]
    bounds = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in encoded], out=bounds[1:])
    return TextColumn(np.frombuffer(b"".join(encoded), dtype=np.uint8), bounds)


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Some rows of columns of text; the texts themselves are shared among all of its parts.

    Attributes
    ----------
    columns : tuple of TextColumn
    rows : ndarray of int of shape (n_rows,)
    """

    columns: tuple[TextColumn, ...]
    rows: Rows

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return len(self.rows), len(self.columns)

    @property
    def n_bytes(self) -> int:
        """Length in UTF-8 of all texts."""
        lengths = (
            column.bounds[self.rows + 1] - column.bounds[self.rows] for column in self.columns
        )
        return int(sum(length.sum() for length in lengths))

    def to_array(self) -> NDArray[np.object_]:
        """Return the texts as an array of str of shape (n_rows, n_columns); missing ones are ""."""
        texts = np.empty(self.shape, dtype=object)
        for place, column in enumerate(self.columns):
            texts[:, place] = column.decode(self.rows)
        return texts


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class MixedTable:
    """Numbers and texts of the same rows; rows are taken as from an array.

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
        """Rows and columns, those of numbers first."""
        n_rows, n_numbers = self.numbers.shape
        return n_rows, n_numbers + len(self.texts.columns)

    @property
    def ndim(self) -> int:
        """2, as for every table."""
        return 2

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the numbers."""
        return self.numbers.dtype

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Any) -> MixedTable:
        texts = TextTable(self.texts.columns, self.texts.rows[rows])
        return MixedTable(self.numbers[rows], texts)
