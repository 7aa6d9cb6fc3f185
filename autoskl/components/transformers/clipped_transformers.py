"""scikit-learn's transformers with numbers clipped to a range that is safe in single precision."""

from __future__ import annotations

from typing import Any

from sklearn import preprocessing
from sklearn.kernel_approximation import RBFSampler

from autoskl.components.fitting.safe_range import clip_in_place, ignore_overflow, in_range


class StandardScaler(preprocessing.StandardScaler):  # type: ignore[misc]
    """scikit-learn's `StandardScaler` with a clipped output."""

    def transform(self, X: Any, copy: bool | None = None) -> Any:
        """Return the scaled columns."""
        with ignore_overflow():
            return clip_in_place(super().transform(X, copy))


class MaxAbsScaler(preprocessing.MaxAbsScaler):  # type: ignore[misc]
    """scikit-learn's `MaxAbsScaler` with a clipped output."""

    def transform(self, X: Any) -> Any:
        """Return the scaled columns."""
        with ignore_overflow():
            return clip_in_place(super().transform(X))


class ClippedRBFSampler(RBFSampler):  # type: ignore[misc]
    """scikit-learn's `RBFSampler` with a clipped input, so that projections stay finite."""

    def transform(self, X: Any) -> Any:
        """Return the cosines of the projections."""
        return super().transform(in_range(X))
