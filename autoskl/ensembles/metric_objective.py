"""Any metric, one call for each candidate and fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.ensembles.candidate import Candidate, Truth

Vector = NDArray[np.float64]


class MetricObjective:
    """Mean over the folds of a metric's loss.

    Parameters
    ----------
    candidates : sequence of Candidate
    truths : mapping of int to Truth
    metric : Metric
    """

    def __init__(
        self, candidates: Sequence[Candidate], truths: Mapping[int, Truth], metric: Metric
    ) -> None:
        self._candidates = candidates
        self._truths = truths
        self._metric = metric

    def additions(self, counts: Vector) -> Vector:
        """See `Objective`."""
        total = counts.sum() + 1
        losses = np.zeros(len(self._candidates))
        for fold, truth in self._truths.items():
            base = sum(
                count * candidate.predictions[fold].astype(np.float64)
                for count, candidate in zip(counts, self._candidates, strict=True)
                if count
            )
            for j, candidate in enumerate(self._candidates):
                mean = (base + candidate.predictions[fold]) / total
                losses[j] += self._metric.safe_loss(truth.y, mean, truth.weight)
        return losses / len(self._truths)
