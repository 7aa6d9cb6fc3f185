"""FastICA on columns of any rank."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA, FastICA
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from autoskl.core.process_state import ignore_warnings

_MIN_SHARE = 1e-7
"""Directions that explain less of the variance are rounding errors."""


class RankSafeFastICA(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """FastICA after whitening that drops directions without variance.

    Parameters
    ----------
    n_components : int, default=16
    algorithm : {"parallel", "deflation"}, default="parallel"
    fun : {"logcosh", "exp", "cube"}, default="logcosh"
    random_state : int, default=0
    """

    def __init__(
        self,
        n_components: int = 16,
        algorithm: str = "parallel",
        fun: str = "logcosh",
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.algorithm = algorithm
        self.fun = fun
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Whiten the columns and rotate them until they are independent."""
        n_components = min(self.n_components, *X.shape)
        self.whitening_ = PCA(n_components, whiten=True, svd_solver="full").fit(
            X.astype(np.float64)
        )
        rank = int(np.sum(self.whitening_.explained_variance_ratio_ > _MIN_SHARE))
        self.n_kept_ = max(rank, 1)
        self.rotation_ = None
        if rank >= 2:
            rotation = FastICA(
                algorithm=self.algorithm,
                fun=self.fun,
                whiten=False,
                tol=1e-3,
                random_state=self.random_state,
            )
            # Iterations are limited on purpose.
            with ignore_warnings(ConvergenceWarning):
                self.rotation_ = rotation.fit(self._whiten(X))
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Return the components (n_rows, n_kept_), in the dtype of ``X``."""
        check_is_fitted(self)
        white = self._whiten(X)
        result = white if self.rotation_ is None else self.rotation_.transform(white)
        return np.asarray(result, dtype=X.dtype)

    def _whiten(self, X: Any) -> NDArray[np.float64]:
        white: NDArray[np.float64] = self.whitening_.transform(X.astype(np.float64))
        return white[:, : self.n_kept_]
