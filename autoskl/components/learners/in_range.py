"""Numbers that single precision can hold, however far new rows lie from those that were fitted."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn import preprocessing
from sklearn.kernel_approximation import RBFSampler

LARGEST = 1e30
"""Forests, XGBoost and networks compute in single precision, which ends at 3.4e38 and in which sums
of such numbers, and their products with weights, can still be made."""


def in_range(X: Any, *, undefined: float = np.nan) -> Any:
    """Return rows whose numbers go from -`LARGEST` to `LARGEST`: X itself where they do.

    Parameters
    ----------
    X : array or sparse array of float
    undefined : float, default=nan
        What stands for NaN: infinity less infinity, and 0 times infinity, where none is missing.
    """
    values = X.data if sparse.issparse(X) else X
    # Nothing is copied but where something is out of range or missing, for which this is False.
    if not values.size or max(values.max(), -values.min()) <= LARGEST:
        return X
    values = np.clip(values, -LARGEST, LARGEST)
    if not np.isnan(undefined):
        values = np.nan_to_num(values, nan=undefined, copy=False)
    if not sparse.issparse(X):
        return values
    bounded = X.copy()
    bounded.data = values
    return bounded


def clip(X: Any) -> Any:
    """Bring the numbers of an array of one's own into range, in place, and return it.

    That takes one pass, less than to look whether it is needed; missing values stay.

    Parameters
    ----------
    X : array or sparse array of float
    """
    values = X.data if sparse.issparse(X) else X
    np.clip(values, -LARGEST, LARGEST, out=values)
    return X


def overflowing() -> np.errstate:
    """Return a context in which nothing is said of what is brought into range afterwards."""
    return np.errstate(over="ignore", invalid="ignore")


class StandardScaler(preprocessing.StandardScaler):  # type: ignore[misc]
    """scikit-learn's, with numbers in range."""

    def transform(self, X: Any, copy: bool | None = None) -> Any:
        """Return the scaled columns."""
        with overflowing():
            return clip(super().transform(X, copy))


class MaxAbsScaler(preprocessing.MaxAbsScaler):  # type: ignore[misc]
    """scikit-learn's, with numbers in range."""

    def transform(self, X: Any) -> Any:
        """Return the scaled columns."""
        with overflowing():
            return clip(super().transform(X))


class RandomCosines(RBFSampler):  # type: ignore[misc]
    """scikit-learn's `RBFSampler`, also of numbers whose projections would be infinite."""

    def transform(self, X: Any) -> Any:
        """Return the cosines of the projections."""
        return super().transform(in_range(X))
