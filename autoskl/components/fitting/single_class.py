"""Classifiers that can be fitted on a single class, as may happen in a fold."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class SingleClassMixin:
    """Mixin, placed before a classifier that cannot be fitted on one class.

    With one class nothing is fitted, and every row is predicted to be of that class.
    """

    classes_: NDArray[Any]

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit, unless there is only one class."""
        classes = np.unique(y)
        if len(classes) == 1:
            self.classes_ = classes
            self.n_features_in_ = X.shape[1]
            return self
        parent: Any = super()
        parent.fit(X, y, sample_weight=sample_weight)
        return self

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return the probabilities of `classes_`, of shape (n_rows, n_classes)."""
        if len(self.classes_) == 1:
            return np.ones((X.shape[0], 1))
        parent: Any = super()
        probabilities: NDArray[Any] = parent.predict_proba(X)
        return probabilities

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class of each row."""
        if len(self.classes_) == 1:
            return np.repeat(self.classes_, X.shape[0])
        parent: Any = super()
        classes: NDArray[Any] = parent.predict(X)
        return classes
