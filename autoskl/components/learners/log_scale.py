"""A logarithmic scale of the values to predict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from autoskl.core.result import FloatArray

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
    """

    unit: float

    def forward(self, y: FloatArray) -> FloatArray:
        """Return values on the logarithmic scale."""
        return np.asarray(np.log1p(y / self.unit))

    def inverse(self, z: FloatArray) -> FloatArray:
        """Return values of the logarithmic scale as they were before."""
        return np.asarray(self.unit * np.expm1(np.minimum(z, _LARGEST)))


class LogScaler(BaseEstimator):  # type: ignore[misc]
    """Finds the logarithmic scale of some values.

    Parameters
    ----------
    offset : float, default=0.1
        Unit of the scale, as a share of the mean of the values.
    """

    def __init__(self, offset: float = 0.1) -> None:
        self.offset = offset

    def scale(self, y: FloatArray, weight: NDArray[np.float64] | None = None) -> LogScale:
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
        return LogScale(self.offset * mean if mean > 0 else 1.0)
