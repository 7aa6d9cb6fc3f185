"""Explainable boosting machines that stop in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

from autoskl.components.learners.adapted import unworried
from autoskl.components.learners.deadlines import OneFit, Pace
from autoskl.components.learners.one_class import OneClass

_MOST_CELLS = 10_000
"""Combinations of the values of two columns."""


@dataclass(frozen=True, slots=True)
class _Until:
    """Ends the boosting of a bag when there is no time for another step."""

    pace: Pace

    def __call__(self, bag: int, step: int, progressed: bool, score: float) -> bool:
        return not self.pace.allows_another()


class _Timed(OneFit):
    """No step follows the deadline; the bags and stages that are left take one step each."""

    feature_types: Sequence[str] | None
    max_interaction_bins: int

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost as long as it helps and there is time."""
        deadline, _ = self._take_circumstances()
        parent: Any = super()
        self.callback = None if deadline is None else _Until(Pace(deadline))
        types, n_columns = self.feature_types, X.shape[1]
        if types is not None:
            # How many numbers arrive behind the codes is known only now.
            self.feature_types = [*types, *["continuous"] * n_columns][:n_columns]
            self.exclude = _large_pairs(X, self.feature_types, self.max_interaction_bins)
        try:
            with unworried():
                parent.fit(np.asarray(X, dtype=np.float64), y, sample_weight=sample_weight)
        finally:
            self.callback, self.feature_types, self.exclude = None, types, None
        return self


def _large_pairs(X: Any, types: Sequence[str], most_bins: int) -> list[tuple[int, int]] | None:
    """Return the pairs of columns whose values have more combinations than are worth a look.

    The library bounds the bins of numbers, but not the levels of categories.
    """
    sizes = [
        int(np.max(column, initial=0, where=~np.isnan(column))) + 1
        if kind == "nominal"
        else most_bins
        for column, kind in zip(X.T, types, strict=True)
    ]
    pairs = [
        (i, j) for i, j in combinations(range(len(sizes)), 2) if sizes[i] * sizes[j] > _MOST_CELLS
    ]
    return pairs or None


class TimedExplainableClassifier(_Timed, OneClass, ExplainableBoostingClassifier):  # type: ignore[misc]
    """Sums of functions of one or two columns, for classes."""


class TimedExplainableRegressor(_Timed, ExplainableBoostingRegressor):  # type: ignore[misc]
    """Sums of functions of one or two columns, for values."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Boost as long as it helps and there is time."""
        return super().fit(X, np.asarray(y, dtype=np.float64), sample_weight)
