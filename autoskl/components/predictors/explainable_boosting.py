"""Explainable boosting machines that stop at a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

from autoskl.components.fitting.deadlines import DeadlineMixin, StepTimer
from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.core.process_state import ignore_all_warnings

_MAX_CELLS = 10_000
"""Maximum number of combinations of the values of two columns."""


@dataclass(frozen=True, slots=True)
class _StopAtDeadline:
    """Callback that ends the boosting of a bag if there is no time for another step."""

    timer: StepTimer

    def __call__(self, bag: int, step: int, progressed: bool, score: float) -> bool:
        return not self.timer.allows_another()


class _Timed(DeadlineMixin):
    """Stops at the deadline; the remaining bags and stages take one step each."""

    feature_types: Sequence[str] | None
    max_interaction_bins: int

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost until the loss stops improving or the time is up."""
        deadline = self._pop_fit_context().deadline
        parent: Any = super()
        self.callback = None if deadline is None else _StopAtDeadline(StepTimer(deadline))
        types, n_columns = self.feature_types, X.shape[1]
        if types is not None:
            # The number of numeric columns after the codes is known only now.
            self.feature_types = [*types, *["continuous"] * n_columns][:n_columns]
            self.exclude = _large_pairs(X, self.feature_types, self.max_interaction_bins)
        try:
            with ignore_all_warnings():
                parent.fit(np.asarray(X, dtype=np.float64), y, sample_weight=sample_weight)
        finally:
            self.callback, self.feature_types, self.exclude = None, types, None
        return self


def _large_pairs(X: Any, types: Sequence[str], max_bins: int) -> list[tuple[int, int]] | None:
    """Return the pairs of columns with too many combinations of values.

    The library limits the bins of numbers, but not the levels of categories.
    """
    sizes = [
        int(np.max(column, initial=0, where=~np.isnan(column))) + 1
        if kind == "nominal"
        else max_bins
        for column, kind in zip(X.T, types, strict=True)
    ]
    pairs = [
        (i, j) for i, j in combinations(range(len(sizes)), 2) if sizes[i] * sizes[j] > _MAX_CELLS
    ]
    return pairs or None


class TimedExplainableClassifier(_Timed, SingleClassMixin, ExplainableBoostingClassifier):  # type: ignore[misc]
    """Explainable boosting classifier that stops at a deadline."""


class TimedExplainableRegressor(_Timed, ExplainableBoostingRegressor):  # type: ignore[misc]
    """Explainable boosting regressor that stops at a deadline."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost until the loss stops improving or the time is up."""
        return super().fit(X, np.asarray(y, dtype=np.float64), sample_weight)
