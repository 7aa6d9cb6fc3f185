"""Objective for any metric, by one call for each candidate and fold."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.core.result import FloatArray
from autoskl.ensembles.candidate import Candidate, Targets

Vector = NDArray[np.float64]


class MetricObjective:
    """Loss of a metric, averaged over the folds.

    Parameters
    ----------
    candidates : sequence of Candidate
    targets : mapping of int to HeldOutTarget
    metric : Metric
    should_stop : callable, default never
        Called before each call of the metric, which may take seconds. The losses that are not yet
        known when it returns True are infinite.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        targets: Targets,
        metric: Metric,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._candidates = candidates
        self._targets = targets
        self._metric = metric
        self._should_stop = should_stop

    def losses_after_adding(self, counts: Vector) -> Vector:
        """See `Objective`."""
        total = counts.sum() + 1
        bases = {fold: self._sum(counts, fold) for fold in self._targets}
        losses = np.full(len(self._candidates), math.inf)
        for j, candidate in enumerate(self._candidates):
            fold_losses = []
            for fold, target in self._targets.items():
                if self._should_stop():
                    return losses
                mean = (bases[fold] + candidate.predictions[fold]) / total
                fold_losses.append(self._metric.safe_loss(target.y, mean, target.weight))
            losses[j] = sum(fold_losses) / len(fold_losses)
        return losses

    def _sum(self, counts: Vector, fold: int) -> FloatArray | int:
        """Return the summed predictions of the candidates added so far, 0 without any."""
        total: FloatArray | int = 0
        for count, candidate in zip(counts, self._candidates, strict=True):
            if count:
                total = total + count * candidate.predictions[fold].astype(np.float64)
        return total
