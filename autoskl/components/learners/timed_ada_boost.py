"""AdaBoost that stops in time."""

from __future__ import annotations

from typing import Any, Self

from sklearn import config_context
from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor

from autoskl.components.learners.adapted import unworried
from autoskl.components.learners.deadlines import OneFit, Pace
from autoskl.components.learners.one_class import OneClass


class _Timed(OneFit):
    """No tree starts that would end after the deadline, except for the first."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit all trees, or those for which there is time."""
        deadline, _ = self._take_circumstances()
        self._pace = Pace(deadline)
        parent: Any = super()
        try:
            # AdaBoost refuses weights under metadata routing, for it would have to pass them on.
            with unworried(), config_context(enable_metadata_routing=False):
                parent.fit(X, y, sample_weight=sample_weight)
        finally:
            del self._pace
        return self

    def get_metadata_routing(self) -> Any:
        """Return what the methods take: weights when fitted, nothing that is passed on."""
        return self._get_metadata_request()  # type: ignore[attr-defined]

    def _boost(self, iboost: int, *arguments: Any, **named: Any) -> Any:
        """Return what a round gives, or the sign by which scikit-learn ends the boosting."""
        if iboost > 0 and not self._pace.allows_another():
            return None, None, None
        parent: Any = super()
        return parent._boost(iboost, *arguments, **named)


class TimedAdaBoostClassifier(_Timed, OneClass, AdaBoostClassifier):  # type: ignore[misc]
    """AdaBoost for classes, of which there may be only one."""


class TimedAdaBoostRegressor(_Timed, AdaBoostRegressor):  # type: ignore[misc]
    """AdaBoost for values."""
