"""Logarithmic transformation of a regression target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from autoskl.core.result import FloatArray

Weight = NDArray[np.float64] | None

_MAX_EXPONENT = 600.0
"""Exponents are clipped to this limit, beyond which the exponential overflows."""


@dataclass(frozen=True, slots=True)
class LogScale:
    """The transformation log(1 + y / unit) of nonnegative values, and its inverse.

    Attributes
    ----------
    unit : float
        The scale is nearly linear for values far below the unit, logarithmic far above it.
    emphasis : float
        Rows are weighted by (1 + y / unit) to this power, since an error of the logarithm costs
        more the larger the value is. With 0 small values count as much as large ones, with 2
        errors count nearly as without logarithms.
    """

    unit: float
    emphasis: float = 0.0

    def forward(self, y: FloatArray) -> FloatArray:
        """Return the transformed values."""
        return np.asarray(np.log1p(y / self.unit))

    def inverse(self, z: FloatArray) -> FloatArray:
        """Return values transformed back to the original scale."""
        return np.asarray(self.unit * np.expm1(np.minimum(z, _MAX_EXPONENT)))

    def weights(self, y: FloatArray, weight: Weight) -> Weight:
        """Return the sample weights; if there were none, with a mean of 1."""
        if self.emphasis == 0:
            return weight
        own = (1.0 + y / self.unit) ** self.emphasis
        return np.asarray(own / own.mean() if weight is None else own * weight)


class LogScaler(BaseEstimator):  # type: ignore[misc]
    """Chooses the logarithmic scale for given target values.

    Parameters
    ----------
    offset : float, default=0.1
        Unit of the scale, as a fraction of the mean of the values.
    emphasis : float, default=0.5
        See `LogScale`.
    """

    def __init__(self, offset: float = 0.1, emphasis: float = 0.5) -> None:
        self.offset = offset
        self.emphasis = emphasis

    def scale(self, y: FloatArray, weight: Weight = None) -> LogScale:
        """Return the scale for the training target.

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
        weight : ndarray of shape (n_rows,) or None

        Raises
        ------
        ValueError
            If a value is negative.
        """
        if y.min() < 0:
            raise ValueError(
                "log_response needs target values that are not negative; the lowest is "
                f"{y.min():g}. Use plain_response."
            )
        mean = float(np.average(y, weights=weight))
        return LogScale(self.offset * mean if mean > 0 else 1.0, self.emphasis)
