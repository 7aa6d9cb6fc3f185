"""Losses of a fold's predictions."""

from __future__ import annotations

from dataclasses import replace

from autoskl.core.metrics import Metric
from autoskl.core.result import FoldResult
from autoskl.tables.dataset import Dataset


def with_losses(result: FoldResult, metric: Metric, dataset: Dataset) -> FoldResult:
    """Return the result with the loss of each of its checkpoints.

    This happens in the main process, since a user's scorer need not be picklable.

    Parameters
    ----------
    result : FoldResult
    metric : Metric
    dataset : Dataset
    """
    if not result.ok:
        return result
    y, weight = dataset.truth(result.rows)
    losses = tuple(metric.safe_loss(y, p, weight) for p in result.predictions)
    return replace(result, losses=losses)
