"""Wrappers that make scikit-learn estimators robust to any data a search gives them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted, has_fit_parameter

from autoskl.components.fitting.row_sampling import draw_rows
from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.core.process_state import ignore_all_warnings


class Adapted(BaseEstimator):  # type: ignore[misc]
    """Fits an estimator in double precision, on a limited number of rows, with sample weights.

    Parameters
    ----------
    estimator : estimator
    max_rows : int or None, default=None
        If there are more rows, a random sample is fitted.
    random_state : int, default=0

    Attributes
    ----------
    estimator_ : estimator
        The fitted estimator.
    """

    def __init__(
        self, estimator: Any = None, max_rows: int | None = None, random_state: int = 0
    ) -> None:
        self.estimator = estimator
        self.max_rows = max_rows
        self.random_state = random_state

    def _sample_rows(
        self, X: Any, y: Any, weight: Any, keep: NDArray[Any] | None = None
    ) -> tuple[Any, Any, Any]:
        """Return the rows to fit in double precision, with weights if they are accepted."""
        takes_weights = has_fit_parameter(self.estimator, "sample_weight")
        weight = None if weight is None else np.asarray(weight, dtype=np.float64)
        rows = draw_rows(
            len(y),
            weight,
            max_rows=self.max_rows,
            takes_weights=takes_weights,
            seed=self.random_state,
            keep=keep,
        )
        if rows is not None:
            X, y, weight = X[rows], y[rows], None if weight is None else weight[rows]
        return X.astype(np.float64, copy=False), y, weight if takes_weights else None

    def _fit_clone(self, X: Any, y: Any, weight: Any) -> Any:
        """Return a fitted clone of the estimator."""
        estimator = clone(self.estimator)
        with ignore_all_warnings():
            if weight is None:
                estimator.fit(X, y)
            else:
                estimator.fit(X, y, sample_weight=weight)
        return estimator


class _AdaptedClassifier(ClassifierMixin, Adapted):  # type: ignore[misc]
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.n_features_in_ = X.shape[1]
        self.estimator_ = self._fit_clone(*self._sample_rows(X, codes, sample_weight, codes))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        check_is_fitted(self)
        with ignore_all_warnings():
            raw = self.estimator_.predict_proba(X.astype(np.float64, copy=False))
        return probabilities(raw)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes


class AdaptedClassifier(SingleClassMixin, _AdaptedClassifier):
    """A classifier with probabilities that also handles one class; parameters as in `Adapted`."""


class AdaptedRegressor(RegressorMixin, Adapted):  # type: ignore[misc]
    """A regressor on the standardised target, which makes hyperparameters scale-free."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit in double precision."""
        self.n_features_in_ = X.shape[1]
        y = np.asarray(y, dtype=np.float64)
        self.mean_ = float(np.average(y, weights=sample_weight))
        spread = np.average((y - self.mean_) ** 2, weights=sample_weight)
        self.scale_ = float(np.sqrt(spread))
        if self.scale_ > 0:
            standardised = (y - self.mean_) / self.scale_
            self.estimator_ = self._fit_clone(*self._sample_rows(X, standardised, sample_weight))
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        check_is_fitted(self, "scale_")
        if self.scale_ == 0:
            return np.full(X.shape[0], self.mean_)
        with ignore_all_warnings():
            raw = self.estimator_.predict(X.astype(np.float64, copy=False))
        values: NDArray[np.float64] = np.asarray(raw).reshape(-1) * self.scale_ + self.mean_
        return values


def probabilities(raw: NDArray[Any]) -> NDArray[np.float64]:
    """Return rows that sum to 1; rows without any positive finite value become uniform."""
    clean = np.nan_to_num(np.asarray(raw, dtype=np.float64), nan=0.0, posinf=1.0, neginf=0.0)
    clean = np.clip(clean, 0.0, 1.0)
    total = clean.sum(axis=1, keepdims=True)
    result: NDArray[np.float64] = np.where(
        total > 0, clean / np.where(total > 0, total, 1.0), 1.0 / clean.shape[1]
    )
    return result
