"""Mixins that encode targets and decode outputs of boosted trees."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import ClassifierMixin, RegressorMixin

from autoskl.components.predictors.boosted_trees.early_stopping import Rows


class BoostedClassifierMixin(ClassifierMixin):  # type: ignore[misc]
    """Mixin of `StagedBoosting` for classification: one score per class, or one for two classes."""

    _n_scores: int

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        outputs: NDArray[np.float64] = self._outputs(X)
        return outputs

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes

    def _encode_target(self, y: Any, weight: Any) -> NDArray[Any]:
        self.classes_ = np.unique(y)
        n_classes = len(self.classes_)
        # One score for two classes, none for one.
        self._n_scores = {1: 0, 2: 1}.get(n_classes, n_classes)
        if self.classes_.dtype.kind in "iu" and np.array_equal(self.classes_, np.arange(n_classes)):
            return np.asarray(y)  # codes already; a copy of a large table's would matter
        codes: NDArray[np.intp] = np.searchsorted(self.classes_, y)
        return codes

    def _watched(self, validation: tuple[Any, Any, Any] | None) -> Rows | None:
        """Return the held-out rows of known classes; the loss of others is undefined."""
        if validation is None:
            return None
        X, y, weight = validation
        known = np.isin(y, self.classes_) & (True if weight is None else weight > 0)
        if not known.any():
            return None
        rows = slice(None) if known.all() else np.flatnonzero(known)
        return Rows(X, np.searchsorted(self.classes_, y), weight)[rows]

    def _link(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        if self._n_scores == 1:
            positive = expit(scores.reshape(-1, 1))
            return np.hstack([1.0 - positive, positive])
        probabilities: NDArray[np.float64] = softmax(scores, axis=1)
        return probabilities


class BoostedRegressorMixin(RegressorMixin):  # type: ignore[misc]
    """Mixin of `StagedBoosting` for regression: standardises the target for single precision."""

    _n_scores: int

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        outputs: NDArray[np.float64] = self._outputs(X)
        return outputs[:, 0]

    def _encode_target(self, y: Any, weight: Any) -> NDArray[Any]:
        y = np.asarray(y, dtype=np.float64)
        self._n_scores = 1
        self._mean = float(np.average(y, weights=weight))
        self._scale = float(np.sqrt(np.average((y - self._mean) ** 2, weights=weight))) or 1.0
        standardised: NDArray[Any] = (y - self._mean) / self._scale
        return standardised

    def _watched(self, validation: tuple[Any, Any, Any] | None) -> Rows | None:
        if validation is None:
            return None
        X, y, weight = validation
        if weight is not None and not np.any(weight > 0):
            return None
        return Rows(X, (np.asarray(y, dtype=np.float64) - self._mean) / self._scale, weight)

    def _link(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        values: NDArray[np.float64] = scores.reshape(-1, 1) * self._scale + self._mean
        return values
