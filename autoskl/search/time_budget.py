"""Deadlines of a search, and the seconds that a fit may take."""

from __future__ import annotations

from dataclasses import dataclass

from autoskl.components.registry import component
from autoskl.core.fidelity import FULL_ONLY, Ladder
from autoskl.core.trial import Trial
from autoskl.pipelines.epochs import has_epochs
from autoskl.search.allowance import Allowance
from autoskl.search.cost_model import CostModel
from autoskl.search.ensembling import Ensembling
from autoskl.search.settings import Settings

_MAX_DELIVERY_SECONDS = 0.4
_DELIVERY_SHARE = 0.02
"""Time for a fit that has stopped by itself to predict and to deliver its results."""

_CLOSING_SECONDS = 0.25
"""Time for the tables, the shutdown of the workers and the return, on a typical machine."""

_LOAD_CAUTION = 1.3
_MAX_RESERVE_SHARE = 0.75

_TRIAL_SHARE = 0.5
_MIN_FIT_SHARE = 0.05
_NETWORK_FACTOR = 1.5
"""Maximum seconds of a network relative to the predicted ones, by which it was scheduled."""

_BUDGET_AWARE_FACTOR = 2.0
"""The same of boosted trees that adapt their learning rate to the time."""

_MIN_SECONDS = 2.0
"""Time that each fold may always take, since the first one includes imports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBudget:
    """Time limits that follow from the settings and from what was measured so far.

    Attributes
    ----------
    settings : Settings
    allowance : Allowance
    cost_model : CostModel
    ensembling : Ensembling
    n_core : int
        Folds of a complete trial.
    ladder : Ladder, default=FULL_ONLY
        Ladder of shares of the rows or epochs.
    """

    settings: Settings
    allowance: Allowance
    cost_model: CostModel
    ensembling: Ensembling
    n_core: int
    ladder: Ladder = FULL_ONLY

    def max_fit_seconds(self) -> float | None:
        """Return the seconds after which any fit should stop by itself; None without a limit."""
        settings = self.settings
        if settings.trial_time_limit is not None or settings.time_limit is None:
            return settings.trial_time_limit
        share = max(_MIN_FIT_SHARE, _TRIAL_SHARE / (self.n_core - 0.25))
        return max(1.0, share * settings.time_limit)

    def fit_seconds(self, trial: Trial) -> float | None:
        """Return the seconds after which a fit of a trial should stop by itself.

        The number of epochs until the early stopping of a network is hard to predict. It was
        scheduled by its predicted time, and may not take much longer. The same holds for boosted
        trees that adapt to the time given and were promoted to more rows; the final promotion may
        take all that is left.
        """
        limit = self.max_fit_seconds()
        if limit is None or self.settings.trial_time_limit is not None:
            return limit
        if self._is_budget_aware(trial):
            promised = max(_MIN_SECONDS, _BUDGET_AWARE_FACTOR * self.cost_model.predict(trial))
            return min(promised, max(limit, self.allowance.seconds_left()))
        if not has_epochs(trial.configuration):
            return limit
        predicted = self.cost_model.predict(trial)
        return min(limit, max(_MIN_SECONDS, _NETWORK_FACTOR * predicted))

    def _is_budget_aware(self, trial: Trial) -> bool:
        """Whether a fit on more than the fewest rows adapts its learning rate to the time."""
        is_promoted = trial.fidelity.rows > self.ladder.rungs[0].fidelity.rows
        return (
            self.n_core == 1
            and is_promoted
            and component(trial.configuration.model).tags.budget_aware
        )

    def fit_deadline(self) -> float | None:
        """Return the time on the clock at which the last fit should stop by itself."""
        if self.settings.time_limit is None:
            return None
        end = self.settings.started + self.settings.time_limit - self.allowance.reserve
        return end - self._delivery_seconds

    def selection_deadline(self) -> float | None:
        """Return the time on the clock at which the last selection of the ensemble ends.

        After it, the members are loaded and everything is closed.
        """
        if self.settings.time_limit is None:
            return None
        reserve = self.allowance.reserve
        expected = _CLOSING_SECONDS + _LOAD_CAUTION * self.ensembling.load_seconds
        after = max(reserve / 2, min(expected, _MAX_RESERVE_SHARE * reserve))
        return self.settings.started + self.settings.time_limit - after

    def may_submit(self) -> bool:
        """Return whether a fit that starts now would have any time."""
        return self.allowance.seconds_left() > self._delivery_seconds

    @property
    def _delivery_seconds(self) -> float:
        limit = self.settings.time_limit or 0.0
        return min(_MAX_DELIVERY_SECONDS, _DELIVERY_SHARE * limit)
