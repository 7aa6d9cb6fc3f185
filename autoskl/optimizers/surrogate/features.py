"""Feature encoding for surrogates: numbers in [0, 1], -1 for inactive, one-hot choices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView
from autoskl.space.parameters import Kind

_MAX_ONE_HOT = 32
"""Choices with more values are encoded as a single number."""

Features = NDArray[np.float32]


class FeatureMap:
    """Maps rows of an array view to the features of a surrogate.

    Numbers and ordinals lie in [0, 1], and inactive ones are -1, so that a single split of a tree
    separates them. A choice of three or more values is one-hot encoded, so that a single split
    isolates an algorithm. Constants are dropped.

    Parameters
    ----------
    view : ArrayView

    Attributes
    ----------
    sources : ndarray of int of shape (n_features,)
        Column of the view that each feature comes from.
    """

    def __init__(self, view: ArrayView) -> None:
        sources: list[int] = []
        levels: list[float] = []
        scales: list[float] = []
        for j, (kind, n) in enumerate(zip(view.kinds, view.n_levels, strict=True)):
            if kind is Kind.CONSTANT:
                continue
            if kind is Kind.CHOICE and 2 < n <= _MAX_ONE_HOT:
                sources += [j] * n
                levels += range(n)
                scales += [1.0] * n
            else:
                numeric = kind in (Kind.REAL, Kind.INTEGER)
                sources.append(j)
                levels.append(-1)
                scales.append(1.0 if numeric else 1.0 / max(n - 1, 1))
        self.sources = np.asarray(sources, dtype=np.intp)
        self._levels = np.asarray(levels)
        self._scales = np.asarray(scales)
        self._one_hot = np.flatnonzero(self._levels >= 0)

    def __call__(self, rows: NDArray[np.float64], extra: NDArray[np.float64] | float) -> Features:
        """Return the features, with an extra column at the end.

        Parameters
        ----------
        rows : ndarray of shape (n, n_parameters)
            Encoded configurations; NaN where inactive.
        extra : float or ndarray of shape (n,)
            The extra column: the logarithmic cost of the fidelity.

        Returns
        -------
        ndarray of float32 of shape (n, n_features + 1)
        """
        out = np.empty((len(rows), len(self.sources) + 1), dtype=np.float32)
        values = rows[:, self.sources]
        if len(self._one_hot):
            one_hot = values[:, self._one_hot] == self._levels[self._one_hot]
            values *= self._scales
            values[:, self._one_hot] = one_hot
        else:
            values *= self._scales
        np.copyto(values, -1.0, where=np.isnan(values))
        out[:, :-1] = values
        out[:, -1] = extra
        return out
