"""A selector that never drops all columns."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, has_fit_parameter


class NonEmptySelector(SelectorMixin, BaseEstimator):  # type: ignore[misc]
    """Select like another selector, or keep all columns if it would keep none.

    Only the mask is kept, not the selector, which may hold a forest.

    Parameters
    ----------
    selector : selector of scikit-learn

    Attributes
    ----------
    mask_ : ndarray of bool of shape (n_columns,)
        Whether each column is kept.
    """

    def __init__(self, selector: Any) -> None:
        self.selector = selector

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Fit the selector."""
        self.n_features_in_ = X.shape[1]
        selector = clone(self.selector)
        weighted = sample_weight is not None and _takes_weights(selector)
        arguments = {"sample_weight": sample_weight} if weighted else {}
        mask = np.asarray(selector.fit(X, y, **arguments).get_support())
        self.mask_ = mask if mask.any() else np.ones(len(mask), dtype=bool)
        return self

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        mask: NDArray[np.bool_] = self.mask_
        return mask

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags


def _takes_weights(selector: Any) -> bool:
    """Whether a selector, or the model it uses, accepts sample weights."""
    parts = (selector, getattr(selector, "estimator", selector))
    return any(has_fit_parameter(part, "sample_weight") for part in parts)
