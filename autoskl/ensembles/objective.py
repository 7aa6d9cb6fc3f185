"""Objectives: the loss of an ensemble after adding each candidate once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.core import losses
from autoskl.core.confusion import ConfusionLoss
from autoskl.core.metrics import Metric
from autoskl.ensembles.candidate import Candidate, Targets
from autoskl.ensembles.label_objective import LabelObjective
from autoskl.ensembles.metric_objective import MetricObjective
from autoskl.ensembles.pointwise_objective import absolute_objective, log_objective
from autoskl.ensembles.quadratic_objective import (
    squared_objective,
    target_varies,
    unexplained_objective,
)
from autoskl.ensembles.ranking_objective import ClassShares, RankingObjective

Vector = NDArray[np.float64]

_RANKINGS = (
    (losses.roc_auc_loss, ClassShares.SECOND),
    (losses.roc_auc_ovr_loss, ClassShares.EQUAL),
    (losses.roc_auc_ovr_weighted_loss, ClassShares.BY_ROWS),
)


class Objective(Protocol):
    """Mean loss over the folds of ensembles that average candidates."""

    def losses_after_adding(self, counts: Vector) -> Vector:
        """Return, for each candidate, the loss of the ensemble after adding it once more.

        Parameters
        ----------
        counts : ndarray of shape (n_candidates,)
            How often each candidate has been added so far.

        Returns
        -------
        ndarray of shape (n_candidates,)
        """


def objective_for(
    candidates: Sequence[Candidate],
    targets: Targets,
    metric: Metric,
    should_stop: Callable[[], bool] = lambda: False,
) -> Objective:
    """Return the fastest objective for a metric.

    Parameters
    ----------
    candidates : sequence of Candidate
        With predictions for all folds of ``targets``.
    targets : mapping of int to HeldOutTarget
    metric : Metric
    should_stop : callable, default never
        Called between candidates where the metric is evaluated for each of them.
    """
    unweighted = all(target.weight is None for target in targets.values())
    if metric.loss is losses.log_loss:
        return log_objective(candidates, targets)
    if metric.loss is losses.absolute_error:
        return absolute_objective(candidates, targets)
    if isinstance(metric.loss, ConfusionLoss):
        return LabelObjective(candidates, targets, metric.loss)
    if metric.loss in (losses.squared_error, losses.root_squared_error):
        root = metric.loss is losses.root_squared_error
        return squared_objective(candidates, targets, root=root)
    if metric.loss is losses.unexplained_variance and target_varies(targets):
        return unexplained_objective(candidates, targets)
    for loss, class_shares in _RANKINGS:
        if metric.loss is loss and unweighted:
            return RankingObjective(candidates, targets, class_shares)
    return MetricObjective(candidates, targets, metric, should_stop)
