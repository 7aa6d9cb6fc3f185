"""A logarithmic scale of the values to predict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from autoskl.core.result import FloatArray

Weight = NDArray[np.float64] | None

_LARGEST = 600.0
"""Beyond this, an exponential is no number any more."""


@dataclass(frozen=True, slots=True)
class LogScale:
    """The logarithm of 1 + y / unit, which is nowhere below 0, and back.

    Attributes
    ----------
    unit : float
        Values far below it are hardly changed but for their unit, of those far above it the
        logarithm is taken.
    emphasis : float
        Power of the value by which a row weighs. An error of a logarithm is worth the more the
        larger the value is: with 0 small values count as much as large ones, with 2 errors count
        nearly as without logarithms.
    """

    unit: float
    emphasis: float = 0.0

    def forward(self, y: FloatArray) -> FloatArray:
        """Return values on the logarithmic scale."""
        return np.asarray(np.log1p(y / self.unit))

    def inverse(self, z: FloatArray) -> FloatArray:
        """Return values of the logarithmic scale as they were before."""
        return np.asarray(self.unit * np.expm1(np.minimum(z, _LARGEST)))

    def weights(self, y: FloatArray, weight: Weight) -> Weight:
        """Return the weights of rows, which have a mean of 1 where they had none before."""
        if self.emphasis == 0:
            return weight
        own = (1.0 + y / self.unit) ** self.emphasis
        return np.asarray(own / own.mean() if weight is None else own * weight)


class LogScaler(BaseEstimator):  # type: ignore[misc]
    """Finds the logarithmic scale of some values.

    Parameters
    ----------
    offset : float, default=0.1
        Unit of the scale, as a share of the mean of the values.
    emphasis : float, default=0.5
        Power of the value by which a row weighs.
    """

    def __init__(self, offset: float = 0.1, emphasis: float = 0.5) -> None:
        self.offset = offset
        self.emphasis = emphasis

    def scale(self, y: FloatArray, weight: Weight = None) -> LogScale:
        """Return the scale of values that a model is to be fitted to.

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
        weight : ndarray of shape (n_rows,) or None

        Raises
        ------
        ValueError
            When a value is below 0.
        """
        if y.min() < 0:
            raise ValueError(
                f"log_response needs values that are not below 0. The least is {y.min():g}: "
                "choose plain_response."
            )
        mean = float(np.average(y, weights=weight))
        return LogScale(self.offset * mean if mean > 0 else 1.0, self.emphasis)
