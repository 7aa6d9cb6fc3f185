"""Histogram gradient boosting that stops early and at a deadline."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from autoskl.components.fitting.deadlines import DeadlineMixin, StepTimer
from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.components.predictors.boosted_trees.learning_rate import BudgetAwareLearningRate
from autoskl.core.process_state import ignore_warnings

_MIN_ROWS = 200
"""With fewer rows, too few would be held out for early stopping."""
_ROUNDS_WITHOUT_EARLY_STOPPING = 100


class _HistogramBoosting(DeadlineMixin):
    """Mixin of classifier and regressor."""

    max_iter: int
    learning_rate: float

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost until the loss on held-out rows stops improving or the time is up."""
        deadline, _, is_sole_fold = self._pop_fit_context()
        planned: dict[str, Any] = self.get_params(deep=False)  # type: ignore[attr-defined]
        share = float(planned["validation_fraction"] or 0.0)
        self._stops_early = _can_stop_early(
            y, share, regression=isinstance(self, HistogramRegressor)
        )
        self._timer = StepTimer(deadline)
        until = deadline if is_sole_fold else None
        self._rate = BudgetAwareLearningRate(self.learning_rate, len(y), until)
        changed: dict[str, Any] = {"early_stopping": self._stops_early or deadline is not None}
        if not self._stops_early:
            # Nothing is held out, but scikit-learn still calls `_should_stop` after each round.
            changed["validation_fraction"] = None
            changed["max_iter"] = min(self.max_iter, _ROUNDS_WITHOUT_EARLY_STOPPING)
        try:
            self._set(**changed)
            self._fit(X, y, sample_weight)
        finally:
            self._set(**planned)
            del self._timer, self._rate, self._stops_early
        return self

    def _should_stop(self, scores: Any) -> bool:
        """Return whether to stop; scikit-learn calls this after each round."""
        if not self._timer.allows_another():
            return True
        # scikit-learn reads the parameter in each round; `fit` restores it.
        self.learning_rate = self._rate.change() or self.learning_rate
        parent: Any = super()
        return self._stops_early and bool(parent._should_stop(scores))

    def _fit(self, X: Any, y: Any, weight: Any) -> None:
        parent: Any = super()
        # scikit-learn warns about columns with few distinct values.
        with ignore_warnings(UserWarning):
            parent.fit(X, y, sample_weight=weight)

    def _bin_data(self, X: Any, *weights: Any, is_training_data: bool) -> Any:
        """Bin the columns by unweighted quantiles.

        With weights, scikit-learn (1.9) sorts each column once per quantile, which takes longer
        than growing all trees and cannot be interrupted.
        """
        parent: Any = super()
        return parent._bin_data(X, *[None] * len(weights), is_training_data=is_training_data)

    def _set(self, **parameters: Any) -> None:
        self.set_params(**parameters)  # type: ignore[attr-defined]


class HistogramClassifier(_HistogramBoosting, SingleClassMixin, HistGradientBoostingClassifier):  # type: ignore[misc]
    """Histogram gradient boosting classifier."""


class HistogramRegressor(_HistogramBoosting, HistGradientBoostingRegressor):  # type: ignore[misc]
    """Histogram gradient boosting regressor."""


def _can_stop_early(y: Any, share: float, *, regression: bool) -> bool:
    """Whether a stratified split is possible, with each class on both sides."""
    if len(y) < _MIN_ROWS:
        return False
    if regression:
        return True
    counts = np.unique(y, return_counts=True)[1]
    n_held_out = math.ceil(share * len(y))
    return int(counts.min()) > 1 and len(counts) <= min(n_held_out, len(y) - n_held_out)
