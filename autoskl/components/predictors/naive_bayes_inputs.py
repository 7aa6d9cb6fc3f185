"""Naive Bayes on arbitrary numbers, mapped to counts or to binary features."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.predictors.adapted_estimators import AdaptedClassifier


class _WithPreparedInput(AdaptedClassifier):
    """Transforms the rows before the fit; parameters as in `Adapted`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn the transformation of the columns, then fit."""
        self._learn_columns(X)
        return super().fit(self._prepare(X), y, sample_weight)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        return super().predict_proba(self._prepare(X))

    @abstractmethod
    def _learn_columns(self, X: Any) -> None:
        """Learn the transformation of the columns."""

    @abstractmethod
    def _prepare(self, X: Any) -> Any:
        """Return the transformed rows."""


class AsCounts(_WithPreparedInput):
    """Scale columns to [0, 1]; sparse ones keep their zeros, and negative entries become 0."""

    def _learn_columns(self, X: Any) -> None:
        if sparse.issparse(X):
            self.low_ = np.zeros(X.shape[1])
            width = X.max(axis=0).toarray().ravel()
        else:
            self.low_ = np.asarray(X.min(axis=0), dtype=np.float64)
            width = X.max(axis=0) - self.low_
        self.width_ = np.where(width > 0, width, 1.0)

    def _prepare(self, X: Any) -> Any:
        if sparse.issparse(X):
            scaled = sparse.csr_array(X, dtype=np.float64, copy=True)
            scaled.data = np.maximum(scaled.data / self.width_[scaled.indices], 0.0)
            return scaled
        return np.maximum((X - self.low_) / self.width_, 0.0)


class AboveMean(_WithPreparedInput):
    """Binarise columns at their mean, sparse ones at 0."""

    def _learn_columns(self, X: Any) -> None:
        self.mean_ = None if sparse.issparse(X) else np.asarray(X.mean(axis=0), dtype=np.float64)

    def _prepare(self, X: Any) -> Any:
        if sparse.issparse(X):
            return sparse.csr_array(X > 0, dtype=np.float64)
        return ((0.0 if self.mean_ is None else self.mean_) < X).astype(np.float64)
