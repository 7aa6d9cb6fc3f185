"""Pretrained models that learn a table by reading it: nothing is fitted but the rows are kept."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.learners.adapted import probabilities, unworried
from autoskl.components.learners.drawn_rows import drawn_rows
from autoskl.components.learners.one_class import OneClass


class _InContext(BaseEstimator):  # type: ignore[misc]
    """Keeps rows; the library's estimator is made when rows are first predicted.

    So a pickle holds the rows and the path of the weights, but not the weights.

    Parameters
    ----------
    library, name : str
        Module and class of the estimator.
    arguments : mapping of str to value, default={}
        Of its constructor, the path of the weights among them.
    max_rows : int, default=10_000
        Of more rows a random part is kept.
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

    def _keep(self, X: Any, y: Any, weight: Any, codes: Any = None) -> None:
        self.n_features_in_ = X.shape[1]
        rows = drawn_rows(
            len(y),
            None if weight is None else np.asarray(weight, dtype=np.float64),
            max_rows=self.max_rows,
            takes_weights=False,
            seed=self.random_state,
            keep=codes,
        )
        self.X_, self.y_ = (X, y) if rows is None else (X[rows], y[rows])
        self.__dict__.pop("_reader", None)

    def _asked(self, X: Any, method: str) -> NDArray[np.float64]:
        check_is_fitted(self)
        with unworried():
            if not hasattr(self, "_reader"):
                kind = getattr(import_module(self.library), self.name)
                self._reader = kind(**(self.arguments or {})).fit(self.X_, self.y_)
            return np.asarray(getattr(self._reader, method)(X), dtype=np.float64)

    def __getstate__(self) -> Any:
        state = dict(super().__getstate__())
        state.pop("_reader", None)
        return state


class _InContextClassifier(ClassifierMixin, _InContext):  # type: ignore[misc]
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Keep the rows with their classes."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self._keep(X, codes, sample_weight, codes)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        return probabilities(self._asked(X, "predict_proba"))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes


class InContextClassifier(OneClass, _InContextClassifier):
    """For classes, of which there may be only one; parameters as above."""


class InContextRegressor(RegressorMixin, _InContext):  # type: ignore[misc]
    """For values; parameters as above."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Keep the rows with their values."""
        self._keep(X, np.asarray(y, dtype=np.float64), sample_weight)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the values of the rows."""
        check_is_fitted(self)
        if np.all(self.y_ == self.y_[0]):
            return np.full(X.shape[0], self.y_[0])
        return self._asked(X, "predict").reshape(-1)
