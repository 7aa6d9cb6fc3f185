"""Mapping of numeric hyperparameters to the unit interval."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from autoskl.space.parameters import Integer, Real

Array = NDArray[np.float64]


class UnitScale:
    """Unit scales of several real and integer hyperparameters.

    The scale of an integer extends from half a step below its lower bound to half a step above its
    upper bound, so that each value has an interval that rounds to it.

    Parameters
    ----------
    parameters : sequence of Real or Integer
        The k hyperparameters.
    """

    def __init__(self, parameters: Sequence[Real | Integer]) -> None:
        self._lower = np.array([p.lower for p in parameters], dtype=np.float64)
        self._upper = np.array([p.upper for p in parameters], dtype=np.float64)
        self._log = np.array([p.log for p in parameters], dtype=bool)
        self._whole = np.array([isinstance(p, Integer) for p in parameters], dtype=bool)
        self._start = self._to_scale(self._lower - 0.5 * self._whole)
        self._width = self._to_scale(self._upper + 0.5 * self._whole) - self._start

    def take(self, which: NDArray[np.intp]) -> UnitScale:
        """Return the scales of selected hyperparameters; repetitions are allowed."""
        new = copy(self)
        new._lower, new._upper = self._lower[which], self._upper[which]
        new._log, new._whole = self._log[which], self._whole[which]
        new._start, new._width = self._start[which], self._width[which]
        return new

    def to_unit(self, values: Array) -> Array:
        """Return the positions of values on the unit scale: (n, k) in and out, NaN stays NaN."""
        width = np.where(self._width > 0, self._width, 1.0)
        return np.asarray((self._to_scale(values) - self._start) / width)

    def from_unit(self, units: Array) -> Array:
        """Return the values at positions on the unit scale: (n, k) in and out, NaN stays NaN."""
        values = self._start + units * self._width
        values[:, self._log] = np.exp(values[:, self._log])
        values[:, self._whole] = np.rint(values[:, self._whole])
        # Faster than np.clip for small arrays.
        np.maximum(values, self._lower, out=values)
        return np.minimum(values, self._upper, out=values)

    def is_outside(self, values: Array) -> NDArray[np.bool_]:
        """Return which values lie outside the bounds: (n, k), False for NaN."""
        return (values < self._lower) | (values > self._upper)

    def _to_scale(self, values: Array) -> Array:
        scaled = np.array(values, dtype=np.float64)
        scaled[..., self._log] = np.log(scaled[..., self._log])
        return scaled
