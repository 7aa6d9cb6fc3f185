"""Encodes rows for networks: scaled numbers, missing-value indicators, one-hot columns, codes."""

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
_N_QUANTILES = 257
"""Quantiles that the transformation to a normal distribution interpolates between."""
_MIN_TAIL = 1e-4
"""Probability at which the tails of the normal distribution are cut off."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Column layout of encoded rows: numbers, missing-value indicators, one-hot columns, codes.

    Attributes
    ----------
    numbers : tuple of int
        Numeric columns of the table.
    indicators : tuple of int
        Numeric columns with missing values, each of which gets an indicator column.
    one_hot, embedded : tuple of (int, int)
        Categorical columns and their numbers of levels.
    """

    numbers: tuple[int, ...]
    indicators: tuple[int, ...]
    one_hot: tuple[tuple[int, int], ...]
    embedded: tuple[tuple[int, int], ...]

    @property
    def n_fixed(self) -> int:
        """Number of indicator and one-hot columns."""
        return len(self.indicators) + sum(_width(levels) for _, levels in self.one_hot)

    @property
    def levels(self) -> tuple[int, ...]:
        """Rows of each embedding table: the levels, and one for missing and unseen codes."""
        return tuple(levels + 1 for _, levels in self.embedded)

    @property
    def chunks(self) -> tuple[int, ...]:
        """Numbers of fixed columns that come from the same column of the table."""
        return (*(1 for _ in self.indicators), *(_width(levels) for _, levels in self.one_hot))


def layout_of(tables: Sequence[Rows], categorical: Sequence[int], max_one_hot: int) -> Layout:
    """Return a common layout for several parts of a table.

    Parameters
    ----------
    tables : sequence of Rows
        Parts with the same columns; categories are codes 0, 1, ... or NaN.
    categorical : sequence of int
        Columns that hold codes.
    max_one_hot : int
        Maximum number of levels of a one-hot encoded column.
    """
    numbers = [j for j in range(tables[0].X.shape[1]) if j not in set(categorical)]
    indicators = [j for j in numbers if any(np.isnan(rows.X[:, j]).any() for rows in tables)]
    levels = {
        j: max(int(np.nanmax(rows.X[:, j], initial=-1)) + 1 for rows in tables) for j in categorical
    }
    return Layout(
        numbers=tuple(numbers),
        indicators=tuple(indicators),
        one_hot=tuple((j, n) for j, n in levels.items() if n <= max_one_hot),
        embedded=tuple((j, n) for j, n in levels.items() if n > max_one_hot),
    )


class RowEncoder:
    """Encodes rows; scales are learned from training rows.

    Parameters
    ----------
    layout : Layout
    scaling : {"robust", "normal"}
        ``"robust"`` subtracts the median, divides by the interquartile range (by half the range if
        that is 0) and clips smoothly to ±3; one-hot columns too. ``"normal"`` maps quantiles to a
        standard normal distribution.
    """

    def __init__(self, layout: Layout, scaling: str) -> None:
        self.layout = layout
        self.scaling = scaling

    def fit(self, rows: Rows) -> RowEncoder:
        """Learn the scales and the codes that occur."""
        self._known = {
            j: np.isin(np.arange(levels), rows.X[:, j])
            for j, levels in (*self.layout.one_hot, *self.layout.embedded)
        }
        numbers = rows.X[:, self.layout.numbers]
        if self.scaling == "robust":
            self._numbers = _RobustScale.of(numbers, rows.weight)
            self._hot = _RobustScale.of(self._one_hot(rows.X), rows.weight)
        else:
            shares = np.linspace(0, 1, _N_QUANTILES)
            self._references = weighted_quantiles(numbers, rows.weight, tuple(shares))
        return self

    def transform(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return encoded rows, of shape (n_rows, n_features)."""
        layout, robust = self.layout, self.scaling == "robust"
        numbers, hot = np.asarray(X[:, layout.numbers], dtype=np.float64), self._one_hot(X)
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = self._numbers.scale(numbers) if robust else self._normal(numbers)
        parts = [np.where(np.isnan(scaled), 0.0, scaled), np.isnan(X[:, layout.indicators])]
        parts += [self._hot.scale(hot) if robust else hot]
        parts += [self._codes(X[:, j], j)[:, np.newaxis] + 1 for j, _ in layout.embedded]
        return np.concatenate(parts, axis=1, dtype=np.float32, casting="unsafe")

    def _normal(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        shares = np.linspace(0, 1, _N_QUANTILES)
        normal = np.empty_like(numbers)
        for j, (column, references) in enumerate(zip(numbers.T, self._references.T, strict=True)):
            if references[0] == references[-1]:
                normal[:, j] = np.where(np.isnan(column), np.nan, 0.0)
                continue
            # From both sides, so that a value shared by many rows gets the midpoint of its ranks.
            below = np.interp(column, references, shares)
            above = 1.0 - np.interp(-column, -references[::-1], shares)
            share = np.clip(0.5 * (below + above), _MIN_TAIL, 1.0 - _MIN_TAIL)
            normal[:, j] = np.where(np.isnan(column), np.nan, ndtri(share))
        return normal

    def _codes(self, column: NDArray[Any], j: int) -> NDArray[np.intp]:
        """Return the codes of a column; -1 for missing codes and those unseen in training."""
        known = self._known[j]
        valid = (column >= 0) & (column < len(known))
        codes = np.where(valid, column, 0).astype(np.intp)
        return np.where(valid & known[codes] if len(known) else False, codes, -1)

    def _one_hot(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Return the one-hot columns, side by side."""
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
class _RobustScale:
    """Subtracts the median, divides by the interquartile range and clips smoothly."""

    median: NDArray[np.float64]
    factor: NDArray[np.float64]

    @classmethod
    def of(cls, columns: NDArray[Any], weight: NDArray[np.float64]) -> _RobustScale:
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
