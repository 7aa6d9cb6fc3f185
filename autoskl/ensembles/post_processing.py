"""What an ensemble does with the mean of its members, as suits the metric."""

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
    fit_calibration,
    only_orders,
    suits_ensemble,
)
from autoskl.ensembles.candidate import Candidate, Truth, mixture
from autoskl.ensembles.decision import LIKELIEST, Decision, fit_decision


@dataclass(frozen=True, slots=True)
class PostProcessing:
    """Calibration of probabilities, and the decision for a class.

    Attributes
    ----------
    calibration : Calibration, default=NO_CALIBRATION
    decision : Decision, default=LIKELIEST
    """

    calibration: Calibration = NO_CALIBRATION
    decision: Decision = LIKELIEST

    def __call__(self, outputs: FloatArray) -> FloatArray:
        """Return outputs as the metric looks at them."""
        return self.decision(self.calibration(outputs))

    def decide(self, probabilities: FloatArray) -> NDArray[np.int64]:
        """Return the code of the class for each row of calibrated probabilities."""
        codes: NDArray[np.int64] = self.decision(probabilities).argmax(axis=1)
        return codes


NO_POST_PROCESSING = PostProcessing()


def post_processing_of(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    truths: Mapping[int, Truth],
    metric: Metric,
) -> PostProcessing:
    """Return what is best for an ensemble.

    Probabilities are calibrated for the log loss, and where the metric does not see it: it looks at
    labels, or at the order of the rows, which stays. Labels may get a decision.

    Parameters
    ----------
    candidates : sequence of Candidate
        The members, and others.
    weights : mapping of int to float
        By number of trial.
    truths : mapping of int to Truth
        For folds that all of them have.
    metric : Metric
    """
    means = {fold: mixture(candidates, weights, fold) for fold in truths}
    calibration = NO_CALIBRATION
    if suits_ensemble(metric):
        calibration = fit_calibration(means, truths, keeps_order=only_orders(metric))
    told = {fold: calibration(mean) for fold, mean in means.items()}
    return PostProcessing(calibration, fit_decision(told, truths, metric))


def post_processed_loss(
    candidates: Sequence[Candidate],
    weights: Mapping[int, float],
    truths: Mapping[int, Truth],
    metric: Metric,
    post_processing: PostProcessing,
) -> float:
    """Return the mean loss of an ensemble over the folds of ``truths``, infinite without any."""
    told = [
        metric.safe_loss(truth.y, post_processing(mixture(candidates, weights, fold)), truth.weight)
        for fold, truth in truths.items()
    ]
    return float(np.mean(told)) if told else math.inf
