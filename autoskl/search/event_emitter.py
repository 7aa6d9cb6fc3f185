"""Emits the events of a search to its listeners."""

from __future__ import annotations

from collections.abc import Sequence

from autoskl.core.events import (
    Event,
    FoldFinished,
    SearchFinished,
    SearchStarted,
    StillWaiting,
    UnitStarted,
)
from autoskl.core.result import FoldResult
from autoskl.core.trial import Trial, Unit
from autoskl.history.failures import trial_counts
from autoskl.search.plan import Plan


class EventEmitter:
    """Turns what the loop does into events.

    Parameters
    ----------
    plan : Plan
        Its settings hold the listeners.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._allowance = plan.allowance

    def started(self) -> None:
        """Emit the start of the search."""
        settings = self._plan.settings
        self._emit(SearchStarted(settings.time_limit, settings.n_trials, settings.metric.name))

    def submitted(self, unit: Unit) -> None:
        """Emit the start of a unit."""
        self._emit(UnitStarted(self._allowance.elapsed(), unit))

    def waiting(self) -> None:
        """Emit that no result has arrived for a while."""
        self._emit(StillWaiting(self._allowance.elapsed()))

    def recorded(self, trial: Trial, results: Sequence[FoldResult]) -> None:
        """Emit results that have taken effect, after the update of the ensemble."""
        if not self._plan.settings.listeners:
            return
        history, metric = self._plan.history, self._plan.settings.metric
        n_ok, n_failed = trial_counts(history)
        for result in results:
            self._emit(
                FoldFinished(
                    seconds=self._allowance.elapsed(),
                    trial=trial,
                    result=result,
                    best_score=metric.score(history.best_loss),
                    ensemble_score=metric.score(self._plan.ensembling.loss),
                    n_ok=n_ok,
                    n_failed=n_failed,
                )
            )

    def finished(self, reason: str) -> None:
        """Emit the end of the search, with the score that will be ``best_score_``."""
        ensembling, metric = self._plan.ensembling, self._plan.settings.metric
        score = metric.score(ensembling.cross_fitted_loss)
        self._emit(SearchFinished(self._allowance.elapsed(), reason, score))

    def _emit(self, event: Event) -> None:
        for listener in self._plan.settings.listeners:
            listener(event)
