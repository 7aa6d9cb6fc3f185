"""Calibrates the margins of classifiers without probabilities."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.cost_constants import INNER_FOLDS
from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.components.predictors.adapted_estimators import Adapted
from autoskl.core.process_state import ignore_all_warnings

_PENALTY = 1e-2
"""Weight of the penalty that keeps slope and offsets finite on separable problems."""


class _CalibratedMargins(ClassifierMixin, Adapted):  # type: ignore[misc]
    """A margin classifier fitted on all rows, and a calibration of its margins.

    For two classes this is Platt scaling; for more it is temperature scaling with an offset per
    class. The calibration is fitted on margins of rows held out by inner folds.

    References
    ----------
    J. Platt. "Probabilistic outputs for support vector machines and comparisons to regularized
    likelihood methods". Advances in Large Margin Classifiers, 1999.
    C. Guo et al. "On calibration of modern neural networks". ICML, 2017.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on all rows, and on inner folds for the calibration."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.n_features_in_ = X.shape[1]
        X, codes, weight = self._sample_rows(X, codes, sample_weight, codes)
        self.estimator_ = self._fit_clone(X, codes, weight)
        held_out = self._held_out_margins(X, codes, weight)
        known = np.isfinite(held_out).all(axis=1)
        if not known.any():
            # Every class has only one row.
            self.slope_, self.offsets_ = 1.0, np.zeros(held_out.shape[1])
            return self
        kept = None if weight is None else weight[known]
        self.slope_, self.offsets_ = _calibration(held_out[known], codes[known], kept)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        check_is_fitted(self)
        margins = _margins(self.estimator_, X.astype(np.float64, copy=False))
        result: NDArray[np.float64] = softmax(margins * self.slope_ + self.offsets_, axis=1)
        return result

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes

    def _held_out_margins(self, X: Any, codes: NDArray[Any], weight: Any) -> NDArray[np.float64]:
        """Return margins (n_rows, n_classes), NaN if the training rows of a fold have one class."""
        n_classes = len(self.classes_)
        margins = np.full((len(codes), n_classes), np.nan)
        folds = _stratified(codes, self.random_state)
        for fold in range(INNER_FOLDS):
            train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            fitted = np.unique(codes[train])
            if len(fitted) < 2 or not len(test):
                continue
            estimator = self._fit_clone(
                X[train], codes[train], None if weight is None else weight[train]
            )
            found = _margins(estimator, X[test])
            # A class that is missing in training is less likely than any other.
            rows = np.repeat(found.min(axis=1, keepdims=True) - 1.0, n_classes, axis=1)
            rows[:, fitted] = found
            margins[test] = rows
        return margins


class CalibratedMarginClassifier(SingleClassMixin, _CalibratedMargins):
    """A calibrated classifier that also handles one class."""

    __doc__ = _CalibratedMargins.__doc__


def _margins(estimator: Any, X: Any) -> NDArray[np.float64]:
    with ignore_all_warnings():
        raw = np.asarray(estimator.decision_function(X), dtype=np.float64)
    raw = np.clip(np.nan_to_num(raw), -1e6, 1e6)
    return np.column_stack([np.zeros_like(raw), raw]) if raw.ndim == 1 else raw


def _stratified(codes: NDArray[Any], seed: int) -> NDArray[np.int64]:
    """Return the fold of each row, stratified by class."""
    order = np.random.default_rng(seed).permutation(len(codes))
    by_class = order[np.argsort(codes[order], kind="stable")]
    folds = np.empty(len(codes), dtype=np.int64)
    folds[by_class] = np.arange(len(codes)) % INNER_FOLDS
    return folds


def _calibration(
    margins: NDArray[np.float64], codes: NDArray[Any], weight: Any
) -> tuple[float, NDArray[np.float64]]:
    """Return slope and offsets that minimise the log loss."""
    scale = float(margins.std()) or 1.0
    M = margins / scale
    n_rows, n_classes = M.shape
    share = np.full(n_rows, 1.0) if weight is None else np.asarray(weight, dtype=np.float64)
    share = (share / share.sum())[:, np.newaxis]
    # Platt's target smoothing: one additional row of every class.
    observed = np.eye(n_classes)[codes]
    target = (observed * n_rows + 1.0) / (n_rows + n_classes)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope, offsets = np.exp(point[0]), point[1:]
        scores = M * slope + offsets
        penalty = _PENALTY / n_rows * float(point @ point)
        value = -float((share * target * log_softmax(scores, axis=1)).sum()) + penalty
        error = share * (softmax(scores, axis=1) - target)
        gradient = np.concatenate([[slope * float((error * M).sum())], error.sum(axis=0)])
        return value, gradient + 2 * _PENALTY / n_rows * point

    bounds = [(-5.0, 5.0), *[(-20.0, 20.0)] * n_classes]
    point = minimize(loss, np.zeros(n_classes + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(np.exp(point[0])) / scale, point[1:]
