"""Selection that leaves something."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, has_fit_parameter


class NeverEmpty(SelectorMixin, BaseEstimator):  # type: ignore[misc]
    """Select as another selector does, or everything where that would leave nothing.

    Parameters
    ----------
    selector : selector of scikit-learn
    """

    def __init__(self, selector: Any) -> None:
        self.selector = selector

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Fit the selector."""
        self.n_features_in_ = X.shape[1]
        self.selector_ = clone(self.selector)
        weighted = sample_weight is not None and has_fit_parameter(self.selector_, "sample_weight")
        arguments = {"sample_weight": sample_weight} if weighted else {}
        self.selector_.fit(X, y, **arguments)
        return self

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        mask: NDArray[np.bool_] = np.asarray(self.selector_.get_support())
        return mask if mask.any() else np.ones(len(mask), dtype=bool)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags
