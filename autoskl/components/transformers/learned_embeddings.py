"""Entity embeddings of categories, learned by a network."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from autoskl.components.fitting.deadlines import DeadlineMixin

_EMBED_ALL = -1
"""Value of ``max_one_hot`` with which all columns are embedded."""


class LearnedEmbeddings(DeadlineMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Replaces category codes by learned vectors, and unseen codes by the mean vector of all rows.

    Parameters
    ----------
    size : int, default=4
        Length of the vectors.
    n_epochs : int, default=24
        Maximum number of epochs; a held-out fifth of the rows selects the epoch.
    width : int, default=64
        Number of units of each of the two hidden layers.
    batch_size : int, default=256
    classification : bool, default=True
    random_state : int, default=0
    n_jobs : int, default=1
    """

    def __init__(
        self,
        size: int = 4,
        n_epochs: int = 24,
        width: int = 64,
        batch_size: int = 256,
        classification: bool = True,
        random_state: int = 0,
        n_jobs: int = 1,
    ) -> None:
        self.size = size
        self.n_epochs = n_epochs
        self.width = width
        self.batch_size = batch_size
        self.classification = classification
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> Self:
        """Train the network on codes, where NaN is missing, and target."""
        deadline = self._pop_fit_context().deadline
        X = np.asarray(X)
        self.n_features_in_ = X.shape[1]
        network = self._network().with_deadline(deadline, warn=False).fit(X, y)
        codes = [np.unique(column) for column in X.T]
        tables, means = [], []
        for j, known in enumerate(codes):
            rows = np.full((len(known), X.shape[1]), np.nan)
            rows[:, j] = known
            table = self._column(network.embed(rows), j)
            counts = np.unique(X[:, j], return_counts=True)[1]
            tables.append(table)
            means.append(np.average(table, axis=0, weights=counts))
        self.codes_, self.tables_, self.means_ = codes, tables, means
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the vectors of all columns, concatenated, in the dtype of ``X``."""
        check_is_fitted(self)
        X = np.asarray(X)
        vectors = np.empty((len(X), self.size * X.shape[1]), dtype=X.dtype)
        learned = zip(self.codes_, self.tables_, self.means_, strict=True)
        for j, (known, table, mean) in enumerate(learned):
            positions = np.minimum(np.searchsorted(known, X[:, j]), len(known) - 1)
            found = known[positions]
            seen = (found == X[:, j]) | (np.isnan(found) & np.isnan(X[:, j]))
            self._column(vectors, j)[:] = np.where(seen[:, np.newaxis], table[positions], mean)
        return vectors

    def _column(self, vectors: NDArray[Any], j: int) -> NDArray[Any]:
        return vectors[:, j * self.size : (j + 1) * self.size]

    def _network(self) -> Any:
        from autoskl.neural import ChainMLPClassifier, ChainMLPRegressor

        family = ChainMLPClassifier if self.classification else ChainMLPRegressor
        return family(
            links=({"width": self.width, "dropout": 0.1},) * 2,
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            max_one_hot=_EMBED_ALL,
            embedding_size=self.size,
            categorical_features=tuple(range(self.n_features_in_)),
            device="cpu",
            n_jobs=self.n_jobs,
            random_state=self.random_state,
        )
