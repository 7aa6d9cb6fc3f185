"""Naive Bayes on any numbers: read as counts, or as being above the mean or not."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from autoskl.components.learners.adapted import AdaptedClassifier


class _Read(AdaptedClassifier):
    """Reads the rows before they are fitted; parameters as `Adapted`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn how to read columns, then fit."""
        self._learn_columns(X)
        return super().fit(self._read(X), y, sample_weight)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        return super().predict_proba(self._read(X))

    @abstractmethod
    def _learn_columns(self, X: Any) -> None:
        """Learn what reading needs."""

    @abstractmethod
    def _read(self, X: Any) -> Any:
        """Return rows as the estimator takes them."""


class AsCounts(_Read):
    """Columns from 0 to 1; sparse ones keep their zeros, and negative entries become zeros."""

    def _learn_columns(self, X: Any) -> None:
        if sparse.issparse(X):
            self.low_ = np.zeros(X.shape[1])
            width = X.max(axis=0).toarray().ravel()
        else:
            self.low_ = np.asarray(X.min(axis=0), dtype=np.float64)
            width = X.max(axis=0) - self.low_
        self.width_ = np.where(width > 0, width, 1.0)

    def _read(self, X: Any) -> Any:
        if sparse.issparse(X):
            scaled = sparse.csr_array(X, dtype=np.float64, copy=True)
            scaled.data = np.maximum(scaled.data / self.width_[scaled.indices], 0.0)
            return scaled
        return np.maximum((X - self.low_) / self.width_, 0.0)


class AboveMean(_Read):
    """Whether columns are above their mean; sparse ones: above 0."""

    def _learn_columns(self, X: Any) -> None:
        self.mean_ = None if sparse.issparse(X) else np.asarray(X.mean(axis=0), dtype=np.float64)

    def _read(self, X: Any) -> Any:
        if sparse.issparse(X):
            return sparse.csr_array(X > 0, dtype=np.float64)
        return ((0.0 if self.mean_ is None else self.mean_) < X).astype(np.float64)
