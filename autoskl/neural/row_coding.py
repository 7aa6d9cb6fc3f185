"""From rows of a table to what networks read: scaled numbers, one-hot categories, codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from autoskl.neural.distinct_rows import Rows
from autoskl.neural.quantiles import weighted_quantiles

_CLIP = 3.0
_REFERENCES = 257
"""Quantiles between which values are interpolated when a column is made normal."""
_FARTHEST = 1e-4
"""Share at which the tails of a normal column are cut."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in coded rows: numbers, marks of missing ones, one-hot codes, codes.

    Attributes
    ----------
    numbers : tuple of int
        Columns of the table that are numbers.
    marked : tuple of int
        Those of them that may be missing, which a column of its own tells.
    one_hot, embedded : tuple of (int, int)
        Categorical columns and their number of levels.
    """

    numbers: tuple[int, ...]
    marked: tuple[int, ...]
    one_hot: tuple[tuple[int, int], ...]
    embedded: tuple[tuple[int, int], ...]

    @property
    def n_fixed(self) -> int:
        """Columns that are neither scaled numbers nor codes."""
        return len(self.marked) + sum(_width(levels) for _, levels in self.one_hot)

    @property
    def levels(self) -> tuple[int, ...]:
        """Rows of the tables of embeddings: the levels, and one for all that is unknown."""
        return tuple(levels + 1 for _, levels in self.embedded)

    @property
    def chunks(self) -> tuple[int, ...]:
        """Widths of the fixed columns that come from one column of the table."""
        return (*(1 for _ in self.marked), *(_width(levels) for _, levels in self.one_hot))


def layout_of(tables: Sequence[Rows], categorical: Sequence[int], max_one_hot: int) -> Layout:
    """Return one layout for some parts of a table.

    Parameters
    ----------
    tables : sequence of Rows
        Of the same columns; categories are codes 0, 1, ... or NaN.
    categorical : sequence of int
        Columns that hold codes.
    max_one_hot : int
        Most levels of a one-hot coded column.
    """
    numbers = [j for j in range(tables[0].X.shape[1]) if j not in set(categorical)]
    marked = [j for j in numbers if any(np.isnan(rows.X[:, j]).any() for rows in tables)]
    levels = {
        j: max(int(np.nanmax(rows.X[:, j], initial=-1)) + 1 for rows in tables) for j in categorical
    }
    return Layout(
        numbers=tuple(numbers),
        marked=tuple(marked),
        one_hot=tuple((j, n) for j, n in levels.items() if n <= max_one_hot),
        embedded=tuple((j, n) for j, n in levels.items() if n > max_one_hot),
    )


class RowCoder:
    """Codes rows; scales come from training rows.

    Parameters
    ----------
    layout : Layout
    scaling : {"robust", "normal"}
        ``"robust"``: less the median, divided by the interquartile range (by half of the whole
        range where that is 0), then smoothly limited to ±3; so are one-hot codes. ``"normal"``:
        by quantiles to a standard normal distribution.
    """

    def __init__(self, layout: Layout, scaling: str) -> None:
        self.layout = layout
        self.scaling = scaling

    def fit(self, rows: Rows) -> RowCoder:
        """Learn the scales, and which codes there are."""
        self._known = {
            j: np.isin(np.arange(levels), rows.X[:, j])
            for j, levels in (*self.layout.one_hot, *self.layout.embedded)
        }
        numbers = rows.X[:, self.layout.numbers]
        if self.scaling == "robust":
            self._numbers = _Robust.of(numbers, rows.weight)
            self._hot = _Robust.of(self._one_hot(rows.X), rows.weight)
        else:
            shares = np.linspace(0, 1, _REFERENCES)
            self._references = weighted_quantiles(numbers, rows.weight, tuple(shares))
        return self

    def transform(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return coded rows, of shape (n_rows, n_coded)."""
        layout, robust = self.layout, self.scaling == "robust"
        numbers, hot = np.asarray(X[:, layout.numbers], dtype=np.float64), self._one_hot(X)
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = self._numbers.scale(numbers) if robust else self._normal(numbers)
        parts = [np.where(np.isnan(scaled), 0.0, scaled), np.isnan(X[:, layout.marked])]
        parts += [self._hot.scale(hot) if robust else hot]
        parts += [self._codes(X[:, j], j)[:, np.newaxis] + 1 for j, _ in layout.embedded]
        return np.concatenate(parts, axis=1, dtype=np.float32, casting="unsafe")

    def _normal(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        shares = np.linspace(0, 1, _REFERENCES)
        normal = np.empty_like(numbers)
        for j, (column, references) in enumerate(zip(numbers.T, self._references.T, strict=True)):
            if references[0] == references[-1]:
                normal[:, j] = np.where(np.isnan(column), np.nan, 0.0)
                continue
            # From both sides, so that a value which many rows share gets the middle of its shares.
            below = np.interp(column, references, shares)
            above = 1.0 - np.interp(-column, -references[::-1], shares)
            share = np.clip(0.5 * (below + above), _FARTHEST, 1.0 - _FARTHEST)
            normal[:, j] = np.where(np.isnan(column), np.nan, ndtri(share))
        return normal

    def _codes(self, column: NDArray[Any], j: int) -> NDArray[np.intp]:
        """Codes of a column, -1 for what was not among the training rows."""
        known = self._known[j]
        valid = (column >= 0) & (column < len(known))
        codes = np.where(valid, column, 0).astype(np.intp)
        return np.where(valid & known[codes] if len(known) else False, codes, -1)

    def _one_hot(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return the codes of all columns that are one-hot coded, side by side."""
        hot = np.zeros((len(X), sum(_width(n) for _, n in self.layout.one_hot)), dtype=np.float32)
        start = 0
        for j, levels in self.layout.one_hot:
            codes = self._codes(X[:, j], j)
            if levels == 2:
                hot[:, start] = np.where(codes < 0, 0.0, 2.0 * codes - 1.0)
            elif levels:
                hot[np.flatnonzero(codes >= 0), start + codes[codes >= 0]] = 1.0
            start += _width(levels)
        return hot


@dataclass(frozen=True, slots=True, eq=False)
class _Robust:
    """Less the median, divided by a spread that outliers do not change, smoothly limited."""

    median: NDArray[np.float64]
    factor: NDArray[np.float64]

    @classmethod
    def of(cls, columns: NDArray[Any], weight: NDArray[np.float64]) -> _Robust:
        low, first, median, third, high = weighted_quantiles(
            columns, weight, (0, 0.25, 0.5, 0.75, 1)
        )
        spread = np.where(third > first, third - first, 0.5 * (high - low))
        with np.errstate(over="ignore", divide="ignore"):
            factor = 1.0 / spread
        return cls(median, np.where(np.isfinite(factor), factor, 0.0))

    def scale(self, columns: NDArray[Any]) -> NDArray[np.float64]:
        z = (columns - self.median) * self.factor
        limited: NDArray[np.float64] = np.where(
            np.abs(z) < 1e100, z / np.sqrt(1.0 + (z / _CLIP) ** 2), np.sign(z) * _CLIP
        )
        return limited


def _width(levels: int) -> int:
    return 1 if levels == 2 else levels
