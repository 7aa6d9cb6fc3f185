"""Post-processing of the mean of an ensemble: calibration and decision rule."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.ensembles.calibration import (
    NO_CALIBRATION,
    Calibration,
    can_calibrate_ensemble,
    fit_calibration,
    is_ranking_metric,
)
from autoskl.ensembles.candidate import Candidate, Targets, mixture
from autoskl.ensembles.decision import ARGMAX, Decision, fit_decision


@dataclass(frozen=True, slots=True)
class PostProcessing:
    """Calibration of probabilities, and the decision rule for the class.

    Attributes
    ----------
    calibration : Calibration, default=NO_CALIBRATION
    decision : Decision, default=ARGMAX
    """

    calibration: Calibration = NO_CALIBRATION
    decision: Decision = ARGMAX

    def __call__(self, outputs: FloatArray) -> FloatArray:
        """Return post-processed outputs, for the metric."""
        return self.decision(self.calibration(outputs))

    def decide(self, probabilities: FloatArray) -> NDArray[np.int64]:
        """Return the code of the predicted class for each row of calibrated probabilities."""
        codes: NDArray[np.int64] = self.decision(probabilities).argmax(axis=1)
        return codes


NO_POST_PROCESSING = PostProcessing()


def post_processing_of(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    targets: Targets,
    metric: Metric,
) -> PostProcessing:
    """Return the best post-processing of an ensemble.

    Probabilities are calibrated for log loss and the Brier score, and for metrics that do not
    depend on it because they use labels or the order of the rows, which stays the same. Labels may
    get a decision rule.

    Parameters
    ----------
    candidates : sequence of Candidate
        The members, and possibly others.
    weights : mapping of int to float
        By trial number.
    targets : mapping of int to HeldOutTarget
        For folds that all of them have.
    metric : Metric
    """
    means = {fold: mixture(candidates, weights, fold) for fold in targets}
    calibration = NO_CALIBRATION
    if can_calibrate_ensemble(metric):
        calibration = fit_calibration(means, targets, keeps_order=is_ranking_metric(metric))
    calibrated = {fold: calibration(mean) for fold, mean in means.items()}
    return PostProcessing(calibration, fit_decision(calibrated, targets, metric))


def post_processed_loss(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    targets: Targets,
    metric: Metric,
    post_processing: PostProcessing,
) -> float:
    """Return the loss of an ensemble averaged over the folds; infinite without any."""
    losses = [
        metric.safe_loss(
            target.y, post_processing(mixture(candidates, weights, fold)), target.weight
        )
        for fold, target in targets.items()
    ]
    return float(np.mean(losses)) if losses else math.inf
