"""Configurations as trees like them: numbers in [0, 1], inactive -1, choices one-hot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import ArrayView
from autoskl.space.parameters import Kind

_MOST_ONE_HOT = 32

Features = NDArray[np.float32]


class FeatureMap:
    """Columns of a surrogate made from the rows of an array view.

    Numbers and ordinals lie in [0, 1]; -1 where inactive, so that one split separates those. A
    choice of three or more has one 0/1 column for each value, so that one split isolates an
    algorithm. Constants are left out.

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
            if kind is Kind.CHOICE and 2 < n <= _MOST_ONE_HOT:
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
        """Return the features, with one more column at the end.

        Parameters
        ----------
        rows : ndarray of shape (n, n_parameters)
            As the array view encodes them; NaN where inactive.
        extra : float or ndarray of shape (n,)
            Last column: what a fidelity costs, on a logarithmic scale.

        Returns
        -------
        ndarray of float32 of shape (n, n_features + 1)
        """
        out = np.empty((len(rows), len(self.sources) + 1), dtype=np.float32)
        taken = rows[:, self.sources]
        if len(self._one_hot):
            hot = taken[:, self._one_hot] == self._levels[self._one_hot]
            taken *= self._scales
            taken[:, self._one_hot] = hot
        else:
            taken *= self._scales
        np.copyto(taken, -1.0, where=np.isnan(taken))
        out[:, :-1] = taken
        out[:, -1] = extra
        return out
