"""Histogram gradient boosting that stops by itself, on rows of its own and in time."""

from __future__ import annotations

import math
import warnings
from typing import Any, Self

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from autoskl.components.learners.deadlines import OneFit, Pace
from autoskl.components.learners.one_class import OneClass

_FEWEST_ROWS = 200
"""Below, the rows set aside to stop early would be too few to tell when."""
_ROUNDS_WITHOUT = 100
"""Rounds where there is no early stopping."""


class _Boosting(OneFit):
    """Rounds as long as they help, and as long as there is time."""

    max_iter: int

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost until the loss on rows set aside has not fallen for long, or the time is up."""
        deadline, _ = self._take_circumstances()
        planned: dict[str, Any] = self.get_params(deep=False)  # type: ignore[attr-defined]
        share = float(planned["validation_fraction"] or 0.0)
        self._helps = _can_stop_early(y, share, regression=isinstance(self, HistogramRegressor))
        self._pace = Pace(deadline)
        changed: dict[str, Any] = {"early_stopping": self._helps or deadline is not None}
        if not self._helps:
            # Nothing is set aside; scikit-learn asks after each round all the same.
            changed["validation_fraction"] = None
            changed["max_iter"] = min(self.max_iter, _ROUNDS_WITHOUT)
        try:
            self._set(**changed)
            self._fit(X, y, sample_weight)
        finally:
            self._set(**planned)
            del self._pace, self._helps
        return self

    def _should_stop(self, scores: Any) -> bool:
        """Return what scikit-learn asks for after each round."""
        if not self._pace.allows_another():
            return True
        parent: Any = super()
        return self._helps and bool(parent._should_stop(scores))

    def _fit(self, X: Any, y: Any, weight: Any) -> None:
        parent: Any = super()
        with warnings.catch_warnings():
            # Columns with few distinct values are no news.
            warnings.simplefilter("ignore", UserWarning)
            parent.fit(X, y, sample_weight=weight)

    def _bin_data(self, X: Any, *weights: Any, is_training_data: bool) -> Any:
        """Find bins that hold equally many rows, whatever these weigh.

        With weights scikit-learn sorts each column once for each of its quantiles (1.9), which
        takes longer than all trees, and cannot be interrupted.
        """
        parent: Any = super()
        return parent._bin_data(X, *[None] * len(weights), is_training_data=is_training_data)

    def _set(self, **parameters: Any) -> None:
        self.set_params(**parameters)  # type: ignore[attr-defined]


class HistogramClassifier(_Boosting, OneClass, HistGradientBoostingClassifier):  # type: ignore[misc]
    """Boosted trees on histograms, for classes."""


class HistogramRegressor(_Boosting, HistGradientBoostingRegressor):  # type: ignore[misc]
    """Boosted trees on histograms, for values."""


def _can_stop_early(y: Any, share: float, *, regression: bool) -> bool:
    """Whether a share of the rows can be set aside, with each class on both sides."""
    if len(y) < _FEWEST_ROWS:
        return False
    if regression:
        return True
    counts = np.unique(y, return_counts=True)[1]
    n_aside = math.ceil(share * len(y))
    return int(counts.min()) > 1 and len(counts) <= min(n_aside, len(y) - n_aside)
