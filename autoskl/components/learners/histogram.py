"""Histogram gradient boosting that stops by itself, on rows of its own and in time."""

from __future__ import annotations

import time
import warnings
from typing import Any, Self

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from autoskl.components.learners.circumstances import OneFit, seconds_until
from autoskl.components.learners.one_class import OneClass

_FEWEST_ROWS = 200
"""Below, the rows set aside to stop early would be too few to tell when."""
_ROUNDS_WITHOUT = 100
"""Rounds where there is no early stopping."""
_TRIAL_ROUNDS = 4
_CAUTION = 0.8
"""Share of the time left that is planned for."""


class _Boosting(OneFit):
    """Rounds as long as they help, and as long as there is time."""

    max_iter: int

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit; with a deadline a few rounds are timed, then as many follow as fit in."""
        deadline, _ = self._take_circumstances()
        planned: dict[str, Any] = self.get_params(deep=False)  # type: ignore[attr-defined]
        stops = _can_stop_early(y, regression=isinstance(self, HistogramRegressor))
        rounds = self.max_iter if stops else min(self.max_iter, _ROUNDS_WITHOUT)
        try:
            self._set(early_stopping=stops, max_iter=rounds)
            if deadline is None:
                self._fit(X, y, sample_weight)
            else:
                self._fit_until(deadline, rounds, X, y, sample_weight)
        finally:
            self._set(**planned)
        return self

    def _fit_until(self, deadline: float, rounds: int, X: Any, y: Any, weight: Any) -> None:
        done, upto = 0, min(_TRIAL_ROUNDS, rounds)
        while True:
            start = time.monotonic()
            self._set(max_iter=upto, warm_start=True)
            self._fit(X, y, weight)
            rounds_done = getattr(self, "n_iter_", 0)  # A single class needs none.
            per_round = (time.monotonic() - start) / max(rounds_done - done, 1)
            done = rounds_done
            affordable = int(_CAUTION * seconds_until(deadline) / per_round)
            # A round of the first few is dearer than later ones, for it pays for the binning too.
            if done < upto or done >= rounds or affordable < _TRIAL_ROUNDS:
                return
            upto = min(rounds, done + affordable)

    def _fit(self, X: Any, y: Any, weight: Any) -> None:
        parent: Any = super()
        with warnings.catch_warnings():
            # Columns with few distinct values are no news.
            warnings.simplefilter("ignore", UserWarning)
            parent.fit(X, y, sample_weight=weight)

    def _set(self, **parameters: Any) -> None:
        self.set_params(**parameters)  # type: ignore[attr-defined]


class HistogramClassifier(_Boosting, OneClass, HistGradientBoostingClassifier):  # type: ignore[misc]
    """Boosted trees on histograms, for classes."""


class HistogramRegressor(_Boosting, HistGradientBoostingRegressor):  # type: ignore[misc]
    """Boosted trees on histograms, for values."""


def _can_stop_early(y: Any, *, regression: bool) -> bool:
    """Whether rows can be set aside; each class must be there twice to be split."""
    if len(y) < _FEWEST_ROWS:
        return False
    return regression or int(np.unique(y, return_counts=True)[1].min()) > 1
