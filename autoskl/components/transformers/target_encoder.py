"""Target encoding with cross-fitting, on any number of rows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import TargetEncoder
from sklearn.utils.validation import check_is_fitted

_FOLDS = 5


class CrossFittedTarget(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A `TargetEncoder` with an explicit task that also handles rare classes.

    ``fit_transform`` encodes each row without its own target; few rows get fewer folds.

    Parameters
    ----------
    smooth : float or "auto", default="auto"
    classification : bool, default=True
        Whether y holds classes; otherwise numbers, even if they are integers.
    random_state : int, default=0
    """

    def __init__(
        self,
        smooth: float | str = "auto",
        *,
        classification: bool = True,
        random_state: int = 0,
    ) -> None:
        self.smooth = smooth
        self.classification = classification
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn the encodings from all rows."""
        self.n_features_in_ = X.shape[1]
        self.encoder_ = self._encoder(y).fit(X, y)
        return self

    def transform(self, X: Any) -> NDArray[Any]:
        """Encode new rows, in the dtype of ``X``."""
        check_is_fitted(self)
        return np.asarray(self.encoder_.transform(X), dtype=X.dtype)

    def fit_transform(self, X: Any, y: Any) -> NDArray[Any]:
        """Fit, and encode each row from the other folds."""
        y = np.asarray(y)
        n_largest = (
            int(np.unique(y, return_counts=True)[1].max()) if self.classification else len(y)
        )
        if n_largest < 2:
            return self.fit(X, y).transform(X)
        self.n_features_in_ = X.shape[1]
        folds = min(_FOLDS, n_largest)
        splitter = (StratifiedKFold if self.classification else KFold)(
            folds, shuffle=True, random_state=self.random_state
        )
        self.encoder_ = self._encoder(y)
        if self.encoder_.shuffle is True:
            # scikit-learn before 1.9 creates the splitter itself.
            self.encoder_.set_params(cv=folds, random_state=self.random_state)
        else:
            self.encoder_.set_params(cv=splitter)
        return np.asarray(self.encoder_.fit_transform(X, y), dtype=X.dtype)

    def _encoder(self, y: Any) -> TargetEncoder:
        """Return an encoder with an explicit target type, which it would otherwise infer from y."""
        if not self.classification:
            kind = "continuous"
        else:
            kind = "multiclass" if len(np.unique(y)) > 2 else "binary"
        return TargetEncoder(target_type=kind, smooth=self.smooth)
