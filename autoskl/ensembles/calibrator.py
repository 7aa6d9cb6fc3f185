"""Calibrates candidates, each once for what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from autoskl.core.clock import Clock, monotonic
from autoskl.core.metrics import Metric
from autoskl.ensembles.adjustment import (
    NO_ADJUSTMENT,
    Adjustment,
    fit_adjustment,
    suits_values,
)
from autoskl.ensembles.calibration import (
    NO_CALIBRATION,
    Calibration,
    fit_calibration,
    only_orders,
    suits_members,
)
from autoskl.ensembles.candidate import Candidate, Truth


class Calibrator:
    """The calibrations of the candidates of a search, which are adjustments for predicted values.

    A mean of calibrated models is better than a calibrated mean: a forest that is too modest would
    have no weight beside bold models, though it often has the better order.

    Parameters
    ----------
    metric : Metric
        Says whether anything is calibrated, see `suits_members` and `suits_values`.
    seconds : float or None, default=None
        That a candidate may take, see `fit_adjustment`; None where nothing measured may decide.
    clock : Clock
    """

    def __init__(
        self, metric: Metric, seconds: float | None = None, clock: Clock = monotonic
    ) -> None:
        self._metric = metric
        self._seconds = seconds
        self._clock = clock
        self._calibrations: dict[int, Calibration | Adjustment] = {}
        # Losses before, and the candidate after, where it was changed: what is left as it was is
        # not kept, since predictions are views of arrays that the history frees.
        self._known: dict[int, tuple[Mapping[int, float], Candidate | None]] = {}

    def of(self, number: int) -> Calibration | Adjustment:
        """Return the calibration of a trial; none where it was never a candidate."""
        return self._calibrations.get(number, NO_CALIBRATION)

    def restore(self, told: Mapping[int, Mapping[str, float]]) -> None:
        """Take over the numbers of calibrations of an earlier session, by number of trial."""
        self._calibrations |= {
            number: Adjustment(**numbers) if "factor" in numbers else Calibration(**numbers)
            for number, numbers in told.items()
        }

    def calibrated(
        self, candidate: Candidate, truths: Callable[[], Mapping[int, Truth]]
    ) -> Candidate:
        """Return a candidate with calibrated predictions and their losses.

        Parameters
        ----------
        candidate : Candidate
        truths : callable
            Gives the truth about all its folds; called where these are new.
        """
        if not (suits_members(self._metric) or suits_values(self._metric)):
            return candidate
        losses, found = self._known.get(candidate.number, (None, None))
        # Another number of iterations, as other folds, comes with other losses.
        if losses != candidate.losses:
            found = self._fitted(candidate, truths())
            self._known[candidate.number] = dict(candidate.losses), found
        return candidate if found is None else replace(found, cost=candidate.cost)

    def _fitted(self, candidate: Candidate, truths: Mapping[int, Truth]) -> Candidate | None:
        calibration = self._fit(candidate, truths)
        self._calibrations[candidate.number] = calibration
        if calibration == NO_CALIBRATION:
            return None
        predictions = {
            fold: calibration(told).astype(told.dtype)
            for fold, told in candidate.predictions.items()
        }
        losses = {
            fold: self._metric.safe_loss(truth.y, predictions[fold], truth.weight)
            for fold, truth in truths.items()
        }
        crossed = {
            fold: calibration(told).astype(told.dtype) for fold, told in candidate.crossed.items()
        }
        return replace(candidate, predictions=predictions, losses=losses, crossed=crossed)

    def _fit(self, candidate: Candidate, truths: Mapping[int, Truth]) -> Calibration | Adjustment:
        if suits_values(self._metric):
            adjustment = fit_adjustment(
                candidate.predictions,
                truths,
                self._metric,
                seconds=self._seconds,
                clock=self._clock,
            )
            return NO_CALIBRATION if adjustment == NO_ADJUSTMENT else adjustment
        keeps_order = only_orders(self._metric)
        return fit_calibration(candidate.predictions, truths, keeps_order=keeps_order)
