"""Losses of a fold's predictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autoskl.core.clock import Clock
from autoskl.core.metrics import Metric
from autoskl.core.result import FoldResult
from autoskl.tables.dataset import Dataset

_QUICK_SECONDS = 0.25
_SHARE_OF_FIT = 0.1
"""Of the time of a fit, which scoring it may take; so much more where that is less than quick."""


def with_losses(
    result: FoldResult, metric: Metric, dataset: Dataset, clock: Clock | None = None
) -> FoldResult:
    """Return the result with the loss of each of its checkpoints.

    This happens in the main process, since a user's scorer need not be picklable.

    Parameters
    ----------
    result : FoldResult
    metric : Metric
    dataset : Dataset
    clock : Clock or None, default=None
        With one, fewer checkpoints are kept where the metric takes long.
    """
    if not result.ok:
        return result
    y, weight = dataset.truth(result.rows)

    def loss(place: int) -> float:
        return metric.safe_loss(y, result.predictions[place], weight)

    n = len(result.predictions)
    if clock is None or metric.fast or n == 1:
        return replace(result, losses=tuple(map(loss, range(n))))
    start = clock()
    last = loss(n - 1)
    seconds = clock() - start
    allowed = max(_QUICK_SECONDS, _SHARE_OF_FIT * result.fit_seconds)
    most = n if n * seconds <= allowed else max(2, int(allowed / seconds))
    kept = np.unique(np.linspace(0, n - 1, most).round().astype(int)).tolist()
    return replace(
        result,
        predictions=result.predictions[kept],
        checkpoints=tuple(result.checkpoints[place] for place in kept),
        losses=(*map(loss, kept[:-1]), last),
    )
