"""Nearest neighbours with sample weights and votes shrunk towards the mean of all rows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.cost_constants import MAX_VOTES


class _Neighbours(BaseEstimator):  # type: ignore[misc]
    """Base of classifier and regressor, whose outputs are weighted means over the neighbours.

    Parameters
    ----------
    n_neighbors : int, default=10
        Number of neighbours, at most the number of rows.
    weights : {"uniform", "distance"}, default="uniform"
    metric : {"minkowski", "cosine"}, default="minkowski"
    p : float, default=2
        Power of the Minkowski distance.
    smoothing : float, default=0.0
        Weight of the mean of all rows, in units of one neighbour.
    max_rows : int, default=50_000
        If there are more rows, a random sample is kept.
    random_state : int, default=0
    n_jobs : int, default=1
    """

    def __init__(
        self,
        n_neighbors: int = 10,
        weights: str = "uniform",
        metric: str = "minkowski",
        p: float = 2,
        smoothing: float = 0.0,
        max_rows: int = 50_000,
        random_state: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric
        self.p = p
        self.smoothing = smoothing
        self.max_rows = max_rows
        self.random_state = random_state
        self.n_jobs = n_jobs

    def _fit(self, X: Any, targets: NDArray[np.float64], sample_weight: Any) -> None:
        """Store the rows; ``targets`` is (n_rows, n_outputs)."""
        weight = np.ones(len(targets)) if sample_weight is None else np.asarray(sample_weight)
        self.n_features_in_ = X.shape[1]
        rows = np.flatnonzero(weight > 0)
        if len(rows) > self.max_rows:
            rng = np.random.default_rng(self.random_state)
            rows = np.sort(rng.choice(rows, self.max_rows, replace=False))
        self.weight_ = weight[rows] / weight[rows].mean()
        self.targets_ = targets[rows]
        self.mean_ = np.average(self.targets_, axis=0, weights=self.weight_)
        self.index_ = NearestNeighbors(
            n_neighbors=min(self.n_neighbors, len(rows)),
            metric=self.metric,
            p=self.p,
            n_jobs=self.n_jobs,
        ).fit(X[rows])

    def _outputs(self, X: Any) -> NDArray[np.float64]:
        """Return outputs of shape (n_rows, n_outputs)."""
        check_is_fitted(self)
        size = max(MAX_VOTES // (self.index_.n_neighbors * self.targets_.shape[1]), 1)
        return np.vstack(
            [self._outputs_of_block(X[i : i + size]) for i in range(0, max(X.shape[0], 1), size)]
        )

    def _outputs_of_block(self, X: Any) -> NDArray[np.float64]:
        distances, neighbours = self.index_.kneighbors(X)
        votes = self.weight_[neighbours]
        if self.weights == "distance":
            votes = votes * _inverse_distance(distances)
        sums = np.einsum("ij,ijk->ik", votes, self.targets_[neighbours])
        result: NDArray[np.float64] = (sums + self.smoothing * self.mean_) / (
            votes.sum(axis=1, keepdims=True) + self.smoothing
        )
        return result


class NeighboursClassifier(ClassifierMixin, _Neighbours):  # type: ignore[misc]
    """Nearest-neighbours classifier; parameters as in `_Neighbours`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Store the rows and their classes."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self._fit(X, np.eye(len(self.classes_))[codes], sample_weight)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        return self._outputs(X)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row."""
        classes: NDArray[Any] = self.classes_[self._outputs(X).argmax(axis=1)]
        return classes


class NeighboursRegressor(RegressorMixin, _Neighbours):  # type: ignore[misc]
    """Nearest-neighbours regressor; parameters as in `_Neighbours`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Store the rows and their target values."""
        self._fit(X, np.asarray(y, dtype=np.float64)[:, np.newaxis], sample_weight)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """Return the predicted values."""
        return self._outputs(X)[:, 0]


def _inverse_distance(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return votes inverse to the distance, 1 for the nearest neighbour.

    If there are neighbours at distance 0, only they vote.
    """
    nearest = distances[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        votes: NDArray[np.float64] = np.where(
            nearest > 0, nearest / distances, np.where(distances > 0, 0.0, 1.0)
        )
    return votes
