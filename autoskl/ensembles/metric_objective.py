"""Any metric, one call for each candidate and fold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Candidate, Truth

Vector = NDArray[np.float64]


class MetricObjective:
    """Mean over the folds of a metric's loss.

    Parameters
    ----------
    candidates : sequence of Candidate
    truths : mapping of int to Truth
    metric : Metric
    should_stop : callable, default never
        Asked before each call of the metric, which may take seconds. Then the losses of candidates
        that are not known yet are infinite.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        truths: Mapping[int, Truth],
        metric: Metric,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._candidates = candidates
        self._truths = truths
        self._metric = metric
        self._should_stop = should_stop

    def additions(self, counts: Vector) -> Vector:
        """See `Objective`."""
        total = counts.sum() + 1
        bases = {fold: self._sum(counts, fold) for fold in self._truths}
        losses = np.full(len(self._candidates), math.inf)
        for j, candidate in enumerate(self._candidates):
            told = []
            for fold, truth in self._truths.items():
                if self._should_stop():
                    return losses
                mean = (bases[fold] + candidate.predictions[fold]) / total
                told.append(self._metric.safe_loss(truth.y, mean, truth.weight))
            losses[j] = sum(told) / len(told)
        return losses

    def _sum(self, counts: Vector, fold: int) -> FloatArray | int:
        """Return the sum of what has been taken, 0 before anything has."""
        total: FloatArray | int = 0
        for count, candidate in zip(counts, self._candidates, strict=True):
            if count:
                total = total + count * candidate.predictions[fold].astype(np.float64)
        return total
