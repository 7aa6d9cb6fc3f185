"""Pretrained models that learn in context: fitting stores the rows, predicting processes them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.row_sampling import draw_rows
from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.components.predictors.adapted_estimators import probabilities
from autoskl.core.process_state import ignore_all_warnings


class _InContext(BaseEstimator):  # type: ignore[misc]
    """Stores the rows; the library's estimator is created by the first prediction.

    A pickle therefore holds the rows and the path of the weights, but not the weights.

    Parameters
    ----------
    library, name : str
        Module and class of the estimator.
    arguments : mapping of str to value, default={}
        Arguments of its constructor, including the path of the weights.
    max_rows : int, default=10_000
        If there are more rows, a random sample is stored.
    random_state : int, default=0
    """

    def __init__(
        self,
        library: str = "",
        name: str = "",
        arguments: Mapping[str, Any] | None = None,
        max_rows: int = 10_000,
        random_state: int = 0,
    ) -> None:
        self.library = library
        self.name = name
        self.arguments = arguments
        self.max_rows = max_rows
        self.random_state = random_state

    def _store(self, X: Any, y: Any, weight: Any, codes: Any = None) -> None:
        self.n_features_in_ = X.shape[1]
        rows = draw_rows(
            len(y),
            None if weight is None else np.asarray(weight, dtype=np.float64),
            max_rows=self.max_rows,
            takes_weights=False,
            seed=self.random_state,
            keep=codes,
        )
        self.X_, self.y_ = (X, y) if rows is None else (X[rows], y[rows])
        self.__dict__.pop("_estimator", None)

    def _call(self, X: Any, method: str) -> NDArray[np.float64]:
        check_is_fitted(self)
        with ignore_all_warnings():
            if not hasattr(self, "_estimator"):
                kind = getattr(import_module(self.library), self.name)
                self._estimator = kind(**(self.arguments or {})).fit(self.X_, self.y_)
            return np.asarray(getattr(self._estimator, method)(X), dtype=np.float64)

    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        state.pop("_estimator", None)
        return state


class _InContextClassifier(ClassifierMixin, _InContext):  # type: ignore[misc]
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Store the rows and their classes."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self._store(X, codes, sample_weight, codes)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        return probabilities(self._call(X, "predict_proba"))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes


class InContextClassifier(SingleClassMixin, _InContextClassifier):
    """In-context classifier that also handles one class; parameters as in `_InContext`."""


class InContextRegressor(RegressorMixin, _InContext):  # type: ignore[misc]
    """In-context regressor; parameters as in `_InContext`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Store the rows and their target values."""
        self._store(X, np.asarray(y, dtype=np.float64), sample_weight)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        check_is_fitted(self)
        if np.all(self.y_ == self.y_[0]):
            return np.full(X.shape[0], self.y_[0])
        return self._call(X, "predict").reshape(-1)
