"""Calibrates candidates, each once for every change of its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from autoskl.core.clock import Clock, monotonic
from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.ensembles.adjustment import NO_ADJUSTMENT, can_adjust, fit_adjustment
from autoskl.ensembles.calibration import (
    can_calibrate_members,
    fit_calibration,
    is_ranking_metric,
)
from autoskl.ensembles.candidate import Candidate, Targets
from autoskl.ensembles.output_transform import IDENTITY, OutputTransform, transform_from


class Calibrator:
    """Fits and remembers the calibration, or the adjustment of values, of each candidate.

    A mean of calibrated models is better than a calibrated mean: an underconfident forest would get
    no weight beside confident models, though it often ranks better.

    Parameters
    ----------
    metric : Metric
        Decides whether anything is calibrated, see `can_calibrate_members` and `can_adjust`.
    seconds : float or None, default=None
        Time limit for each candidate, see `fit_adjustment`; None where the result must not depend
        on measured times.
    clock : Clock
    """

    def __init__(
        self, metric: Metric, seconds: float | None = None, clock: Clock = monotonic
    ) -> None:
        self._metric = metric
        self._seconds = seconds
        self._clock = clock
        self._transforms: dict[int, OutputTransform] = {}
        # Losses before calibration, and the calibrated candidate. An unchanged candidate is not
        # kept: its predictions are views of arrays that the history frees.
        self._known: dict[int, tuple[Mapping[int, float], Candidate | None]] = {}

    def of(self, number: int) -> OutputTransform:
        """Return the transform of a trial; the identity when it was never a candidate."""
        return self._transforms.get(number, IDENTITY)

    def restore(self, parameters: Mapping[int, Mapping[str, float]]) -> None:
        """Restore the transforms of an earlier session, by trial number."""
        self._transforms |= {n: transform_from(values) for n, values in parameters.items()}

    def calibrated(self, candidate: Candidate, targets: Callable[[], Targets]) -> Candidate:
        """Return a candidate with calibrated predictions and their losses.

        Parameters
        ----------
        candidate : Candidate
        targets : callable
            Returns the targets of all its folds; called only when the candidate has changed.
        """
        if not (can_calibrate_members(self._metric) or can_adjust(self._metric)):
            return candidate
        losses, calibrated = self._known.get(candidate.number, (None, None))
        # New folds or another number of iterations change the losses.
        if losses != candidate.losses:
            calibrated = self._calibrate(candidate, targets())
            self._known[candidate.number] = dict(candidate.losses), calibrated
        return candidate if calibrated is None else replace(calibrated, cost=candidate.cost)

    def _calibrate(self, candidate: Candidate, targets: Targets) -> Candidate | None:
        """Return the calibrated candidate, None when its transform is the identity."""
        transform = self._fit(candidate, targets)
        self._transforms[candidate.number] = transform
        if transform == IDENTITY:
            return None
        predictions = _apply(transform, candidate.predictions)
        losses = {
            fold: self._metric.safe_loss(target.y, predictions[fold], target.weight)
            for fold, target in targets.items()
        }
        cross_fitted = _apply(transform, candidate.cross_fitted)
        return replace(candidate, predictions=predictions, losses=losses, cross_fitted=cross_fitted)

    def _fit(self, candidate: Candidate, targets: Targets) -> OutputTransform:
        if can_adjust(self._metric):
            adjustment = fit_adjustment(
                candidate.predictions,
                targets,
                self._metric,
                seconds=self._seconds,
                clock=self._clock,
            )
            return IDENTITY if adjustment == NO_ADJUSTMENT else adjustment
        keeps_order = is_ranking_metric(self._metric)
        return fit_calibration(candidate.predictions, targets, keeps_order=keeps_order)


def _apply(
    transform: OutputTransform, predictions: Mapping[int, FloatArray]
) -> dict[int, FloatArray]:
    return {fold: transform(outputs).astype(outputs.dtype) for fold, outputs in predictions.items()}
