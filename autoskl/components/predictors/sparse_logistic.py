"""Logistic regression with an elastic-net penalty."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.deadlines import DeadlineMixin, seconds_until
from autoskl.components.fitting.single_class import SingleClassMixin

_POWER_ITERATIONS = 20
_SAFETY = 1.1
"""The power method underestimates the largest curvature, and steps above its inverse diverge."""


class _ProximalLogistic(DeadlineMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Elastic net, fitted by accelerated proximal gradient descent (FISTA) with restarts.

    Unlike a stochastic solver, it depends neither on the order of the rows nor on a seed.

    Parameters
    ----------
    C : float, default=1.0
        Inverse strength of the penalty, as in `LogisticRegression`.
    l1_ratio : float, default=0.5
    tol : float, default=1e-6
        The fit stops when no coefficient changes by more than this fraction of the largest.
    max_iter : int, default=500

    References
    ----------
    A. Beck, M. Teboulle. "A fast iterative shrinkage-thresholding algorithm for linear inverse
    problems". SIAM Journal on Imaging Sciences, 2009.
    B. O'Donoghue, E. Candès. "Adaptive restart for accelerated gradient schemes". Foundations of
    Computational Mathematics, 2015.
    """

    def __init__(
        self, C: float = 1.0, l1_ratio: float = 0.5, tol: float = 1e-6, max_iter: int = 500
    ) -> None:
        self.C = C
        self.l1_ratio = l1_ratio
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit until convergence, the last iteration or the deadline."""
        deadline = self._pop_fit_context().deadline
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.n_features_in_ = X.shape[1]
        X = X.astype(np.float64, copy=False)
        weight = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight)
        total = float(weight.sum())
        share = (weight / total)[:, np.newaxis]
        binary = len(self.classes_) == 2
        target = codes[:, np.newaxis] == (np.array([1]) if binary else np.arange(codes.max() + 1))
        step = 1.0 / (_curvature(X, share) * (0.25 if binary else 0.5) * _SAFETY)
        penalty = step / (self.C * total)
        coef = np.zeros((X.shape[1] + 1, target.shape[1]))
        ahead, momentum = coef.copy(), 1.0
        for iteration in range(1, self.max_iter + 1):
            error = share * (_link(X @ ahead[1:] + ahead[0]) - target)
            new = ahead - step * np.vstack([error.sum(axis=0), X.T @ error])
            new[1:] = _soft_threshold(new[1:], penalty * self.l1_ratio) / (
                1 + penalty * (1 - self.l1_ratio)
            )
            move = new - coef
            self.n_iter_ = iteration
            if np.sum((ahead - new) * move) > 0:
                momentum = 1.0
            next_momentum = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead = new + (momentum - 1) / next_momentum * move
            coef, momentum = new, next_momentum
            if np.abs(move).max() <= self.tol * np.abs(coef).max() or seconds_until(deadline) <= 0:
                break
        self.intercept_, self.coef_ = coef[0], coef[1:].T
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        check_is_fitted(self)
        outputs = _link(X @ self.coef_.T + self.intercept_)
        return outputs if outputs.shape[1] > 1 else np.hstack([1 - outputs, outputs])

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes


class SparseLogisticRegression(SingleClassMixin, _ProximalLogistic):
    """Elastic-net logistic regression that also handles one class."""

    __doc__ = _ProximalLogistic.__doc__


def _link(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = expit(scores) if scores.shape[1] == 1 else softmax(scores, axis=1)
    return result


def _soft_threshold(values: NDArray[np.float64], threshold: float) -> NDArray[np.float64]:
    result: NDArray[np.float64] = np.sign(values) * np.maximum(np.abs(values) - threshold, 0.0)
    return result


def _curvature(X: Any, share: NDArray[np.float64]) -> float:
    """Return the largest eigenvalue of the weighted second moments of (1, X)."""
    vector = np.ones(X.shape[1] + 1)
    largest = 1.0
    for _ in range(_POWER_ITERATIONS):
        image = share[:, 0] * (X @ vector[1:] + vector[0])
        vector = np.concatenate([[image.sum()], X.T @ image])
        largest = float(np.linalg.norm(vector))
        if largest == 0.0:
            return 1.0
        vector /= largest
    return largest
