"""Datetimes as calendar and clock components, and differences between columns."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from autoskl.core.result import FloatArray

DAY = 86_400.0
MAX_DIFFERENCES = 15
"""Maximum number of pairs of columns whose difference is added."""

_DAYS = "datetime64[D]"


class DatePartsTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Split datetimes, given in seconds since 1970, into parts.

    For each column: days since 1970, year, month, day of the month, of the week (Monday is 0) and
    of the year, hour, minute and second. For each pair of columns: the days between them. Parts
    that are constant in the training rows are left out, so that pure dates give no hours.

    Parameters
    ----------
    cyclic : bool, default=False
        Whether to add sine and cosine of the cyclic parts: month, day of the week, day of the
        year, hour.
    differences : bool, default=True
        Whether to add the differences between columns.

    Attributes
    ----------
    kept_ : ndarray of int
        Positions of the parts that are returned.
    names_ : list of str
        Their names; columns are numbered from 0.
    """

    def __init__(self, cyclic: bool = False, differences: bool = True) -> None:
        self.cyclic = cyclic
        self.differences = differences

    def fit(self, X: NDArray[Any], y: Any = None) -> Self:
        """Determine which parts vary.

        Parameters
        ----------
        X : ndarray of shape (n_rows, n_columns)
            Seconds; NaN is missing.
        y : ignored
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: NDArray[Any], y: Any = None) -> FloatArray:
        """Fit, and return the parts of the same rows."""
        parts = self._parts(X)
        values = np.column_stack(list(parts.values()))
        low = np.min(values, axis=0, where=~np.isnan(values), initial=np.inf)
        high = np.max(values, axis=0, where=~np.isnan(values), initial=-np.inf)
        # If nothing varies, one column is kept so that the output is not empty.
        self.kept_ = np.flatnonzero(low < high) if np.any(low < high) else np.array([0])
        self.names_ = [list(parts)[position] for position in self.kept_]
        return values[:, self.kept_]

    def transform(self, X: NDArray[Any]) -> FloatArray:
        """Return an array of shape (n_rows, n_kept_parts)."""
        return np.column_stack(list(self._parts(X).values()))[:, self.kept_]

    def _parts(self, X: NDArray[Any]) -> dict[str, FloatArray]:
        X = np.asarray(X, dtype=np.float64)
        parts: dict[str, FloatArray] = {}
        for j, seconds in enumerate(X.T):
            own = _calendar(seconds)
            if self.cyclic:
                own |= _cycles(own)
            parts |= {f"{j} {name}": values for name, values in own.items()}
        if self.differences:
            for i, j in list(combinations(range(X.shape[1]), 2))[:MAX_DIFFERENCES]:
                parts[f"{j} - {i}"] = (X[:, j] - X[:, i]) / DAY
        return parts


def _calendar(seconds: FloatArray) -> dict[str, FloatArray]:
    known = np.isfinite(seconds)
    whole = np.where(known, seconds, 0.0)
    days = np.floor(whole / DAY)
    rest = whole - days * DAY
    dates = days.astype(np.int64).astype(_DAYS)
    months, years = dates.astype("datetime64[M]"), dates.astype("datetime64[Y]")
    parts = {
        "days": whole / DAY,
        "year": years.astype(np.int64) + 1970,
        "month": months.astype(np.int64) % 12 + 1,
        "day": (dates - months.astype(_DAYS)).astype(np.int64) + 1,
        "day of week": (days + 3) % 7,  # 1 January 1970 was a Thursday
        "day of year": (dates - years.astype(_DAYS)).astype(np.int64) + 1,
        "hour": rest // 3600,
        "minute": rest // 60 % 60,
        "second": np.floor(rest % 60),
    }
    return {name: np.where(known, values, np.nan) for name, values in parts.items()}


def _cycles(parts: dict[str, FloatArray]) -> dict[str, FloatArray]:
    lengths = {"month": 12.0, "day of week": 7.0, "day of year": 365.25, "hour": 24.0}
    found = {}
    for name, length in lengths.items():
        angle = parts[name] * (2 * np.pi / length)
        found[f"sine of {name}"], found[f"cosine of {name}"] = np.sin(angle), np.cos(angle)
    return found
