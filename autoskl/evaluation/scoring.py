"""Computes the losses of the predictions of a fold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autoskl.core.clock import Clock
from autoskl.core.metrics import Metric
from autoskl.core.result import FoldResult
from autoskl.tables.dataset import Dataset

_MIN_SECONDS = 0.25
_MAX_SHARE_OF_FIT = 0.1
"""Scoring may take this share of the time of the fit, or the minimum if that is more."""


def score_checkpoints(
    result: FoldResult, metric: Metric, dataset: Dataset, clock: Clock | None = None
) -> FoldResult:
    """Return the result with the loss at each of its checkpoints.

    This happens in the main process, since a user's scorer need not be picklable.

    Parameters
    ----------
    result : FoldResult
    metric : Metric
    dataset : Dataset
    clock : Clock or None, default=None
        With a clock, fewer checkpoints are kept if the metric is slow.
    """
    if not result.ok:
        return result
    y, weight = dataset.truth(result.rows)

    def loss(index: int) -> float:
        return metric.safe_loss(y, result.predictions[index], weight)

    n = len(result.predictions)
    if clock is None or metric.fast or n == 1:
        return replace(result, losses=tuple(map(loss, range(n))))
    start = clock()
    last = loss(n - 1)
    seconds = clock() - start
    allowed = max(_MIN_SECONDS, _MAX_SHARE_OF_FIT * result.fit_seconds)
    n_kept = n if n * seconds <= allowed else max(2, int(allowed / seconds))
    kept = np.unique(np.linspace(0, n - 1, n_kept).round().astype(int)).tolist()
    return replace(
        result,
        predictions=result.predictions[kept],
        checkpoints=tuple(result.checkpoints[index] for index in kept),
        losses=(*map(loss, kept[:-1]), last),
    )
