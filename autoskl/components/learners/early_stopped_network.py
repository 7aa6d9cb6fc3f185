"""scikit-learn's networks, epoch by epoch: as long as it helps and as long as there is time."""

from __future__ import annotations

import time
from abc import abstractmethod
from inspect import signature
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.validation import check_is_fitted

from autoskl.components.learners.adapted import unworried
from autoskl.components.learners.boosting_rounds import inner_split
from autoskl.components.learners.circumstances import OneFit, seconds_until
from autoskl.components.learners.drawn_rows import drawn_rows
from autoskl.components.learners.one_class import OneClass

_FEWEST_ROWS = 50
_EPOCHS_WITHOUT = 100
"""Epochs of fits on too few rows to set some aside."""
_PATIENCE = 15
_TINY = 1e-7
_OF_TRAINING = {"_optimizer", "_random_state", "_best_coefs", "_best_intercepts"}
"""What scikit-learn keeps that predictions do not need, three times as large as the network."""


class _Network(OneFit, BaseEstimator):  # type: ignore[misc]
    """What classifier and regressor share.

    Parameters
    ----------
    n_layers : int, default=2
    width : int, default=64
    activation : {"relu", "tanh"}, default="relu"
    alpha : float, default=1e-4
        Weight of the squared coefficients.
    learning_rate_init : float, default=2e-3
    max_epochs : int, default=200
    random_state : int, default=0
    """

    def __init__(
        self,
        n_layers: int = 2,
        width: int = 64,
        activation: str = "relu",
        alpha: float = 1e-4,
        learning_rate_init: float = 2e-3,
        max_epochs: int = 200,
        random_state: int = 0,
    ) -> None:
        self.n_layers = n_layers
        self.width = width
        self.activation = activation
        self.alpha = alpha
        self.learning_rate_init = learning_rate_init
        self.max_epochs = max_epochs
        self.random_state = random_state

    def _network(self, kind: Any) -> Any:
        return kind(
            hidden_layer_sizes=(self.width,) * self.n_layers,
            activation=self.activation,
            alpha=self.alpha,
            learning_rate_init=self.learning_rate_init,
            # An instance goes on from epoch to epoch; a number would shuffle alike in all.
            random_state=np.random.RandomState(self.random_state),
        )

    def _train(self, network: Any, X: Any, y: Any, weight: Any, **first: Any) -> None:
        """Train ``network`` on ``y`` as it takes it, and keep its best state."""
        deadline, _ = self._take_circumstances()
        self.n_features_in_ = X.shape[1]
        X = np.asarray(X, dtype=np.float64)
        rows, watched = np.arange(len(y)), np.arange(0)
        if len(y) >= _FEWEST_ROWS:
            rows, watched = inner_split(len(y), self.random_state, 0.1)
        held = None if weight is None else np.asarray(weight)[watched]
        rows, weights = self._drawn(network, rows, weight)
        epochs = self.max_epochs if len(watched) else min(self.max_epochs, _EPOCHS_WITHOUT)
        best, best_epoch, best_state = float("inf"), 0, None
        since, longest = time.monotonic(), 0.0
        for epoch in range(epochs):
            with unworried():
                network.partial_fit(X[rows], y[rows], **weights, **first)
                loss = self._loss(network, X[watched], y[watched], held) if len(watched) else -epoch
            if loss < best:
                best, best_epoch = loss, epoch
                best_state = [layer.copy() for layer in (*network.coefs_, *network.intercepts_)]
            now = time.monotonic()
            longest, since = max(0.9 * longest, now - since), now
            if epoch - best_epoch >= _PATIENCE or seconds_until(deadline) < longest:
                break
        if best_state is not None:
            network.coefs_ = best_state[: len(network.coefs_)]
            network.intercepts_ = best_state[len(network.coefs_) :]
        for of_training in _OF_TRAINING & network.__dict__.keys():
            setattr(network, of_training, None)
        network.set_params(random_state=self.random_state)
        self.network_ = network

    def _drawn(
        self, network: Any, rows: NDArray[Any], weight: Any
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Return rows, and their weights if this version of the library takes them."""
        if weight is None:
            return rows, {}
        own = np.asarray(weight, dtype=np.float64)[rows]
        if "sample_weight" in signature(network.partial_fit).parameters:
            return rows, {"sample_weight": own / own.mean()}
        drawn = drawn_rows(
            len(rows), own, max_rows=None, takes_weights=False, seed=self.random_state
        )
        return (rows if drawn is None else rows[drawn]), {}

    @abstractmethod
    def _loss(self, network: Any, X: Any, y: Any, weight: Any) -> float:
        """Return the loss of a network on rows that were set aside."""


class _NetworkClassifier(ClassifierMixin, _Network):  # type: ignore[misc]
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train until the log loss on some of the rows has not fallen for long."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        network = self._network(MLPClassifier)
        self._train(network, X, codes, sample_weight, classes=np.arange(len(self.classes_)))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        check_is_fitted(self)
        result: NDArray[np.float64] = self.network_.predict_proba(np.asarray(X, dtype=np.float64))
        return result

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the likeliest class of each row."""
        classes: NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes

    def _loss(self, network: Any, X: Any, y: Any, weight: Any) -> float:
        found = network.predict_proba(X)[np.arange(len(y)), y]
        return float(np.average(-np.log(np.maximum(found, _TINY)), weights=_usable(weight)))


class NetworkClassifier(OneClass, _NetworkClassifier):
    """A network for classes, of which there may be only one; parameters as above."""


class NetworkRegressor(RegressorMixin, _Network):  # type: ignore[misc]
    """A network for values on the standardised target; parameters as above."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train until the squared error on some of the rows has not fallen for long."""
        y = np.asarray(y, dtype=np.float64)
        self.mean_ = float(np.average(y, weights=sample_weight))
        spread = np.average((y - self.mean_) ** 2, weights=sample_weight)
        self.scale_ = float(np.sqrt(spread))
        self.n_features_in_ = X.shape[1]
        if self.scale_ > 0:
            target = (y - self.mean_) / self.scale_
            self._train(self._network(MLPRegressor), X, target, sample_weight)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the values of the rows."""
        check_is_fitted(self, "scale_")
        if self.scale_ == 0:
            return np.full(X.shape[0], self.mean_)
        raw = self.network_.predict(np.asarray(X, dtype=np.float64))
        values: NDArray[np.float64] = raw * self.scale_ + self.mean_
        return values

    def _loss(self, network: Any, X: Any, y: Any, weight: Any) -> float:
        return float(np.average((network.predict(X) - y) ** 2, weights=_usable(weight)))


def _usable(weight: Any) -> Any:
    """Return weights that an average can have: some are above 0."""
    return weight if weight is not None and np.any(weight > 0) else None
