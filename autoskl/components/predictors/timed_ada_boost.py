"""AdaBoost that stops at a deadline."""

from __future__ import annotations

from typing import Any, Self

from sklearn import config_context
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor

from autoskl.components.fitting.deadlines import DeadlineMixin, StepTimer
from autoskl.components.fitting.single_class import SingleClassMixin
from autoskl.core.process_state import ignore_all_warnings


class _Timed(DeadlineMixin):
    """Mixin that starts no tree that would end after the deadline, except the first."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit all trees, or as many as the deadline allows."""
        deadline = self._pop_fit_context().deadline
        self._timer = StepTimer(deadline)
        parent: Any = super()
        try:
            # With metadata routing, AdaBoost rejects weights because it would have to route them.
            with ignore_all_warnings(), config_context(enable_metadata_routing=False):
                parent.fit(X, y, sample_weight=sample_weight)
        finally:
            del self._timer
        return self

    def get_metadata_routing(self) -> Any:
        """Return the metadata requests of the methods; nothing is passed on to the trees."""
        return self._get_metadata_request()  # type: ignore[attr-defined]

    def _boost(self, iboost: int, *arguments: Any, **named: Any) -> Any:
        """Run a round, or return what makes scikit-learn stop boosting."""
        if iboost > 0 and not self._timer.allows_another():
            return None, None, None
        parent: Any = super()
        return parent._boost(iboost, *arguments, **named)


class TimedAdaBoostClassifier(_Timed, SingleClassMixin, AdaBoostClassifier):  # type: ignore[misc]
    """AdaBoost classifier that also handles one class."""


class TimedAdaBoostRegressor(_Timed, AdaBoostRegressor):  # type: ignore[misc]
    """AdaBoost regressor."""
