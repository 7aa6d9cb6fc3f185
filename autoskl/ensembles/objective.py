"""How good the ensemble would be with each candidate added once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from autoskl.core import losses
from autoskl.core.confusion import ConfusionLoss
from autoskl.core.metrics import Metric
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.label_objective import LabelObjective
from autoskl.ensembles.metric_objective import MetricObjective
from autoskl.ensembles.pointwise_objective import absolute_objective, log_objective
from autoskl.ensembles.quadratic_objective import (
    squared_objective,
    target_varies,
    unexplained_objective,
)
from autoskl.ensembles.ranking_objective import RankingObjective

Vector = NDArray[np.float64]


class Objective(Protocol):
    """Mean loss over the folds of ensembles that are means of candidates."""

    def additions(self, counts: Vector) -> Vector:
        """Return for each candidate the loss of the ensemble ``counts`` with it added once more.

        Parameters
        ----------
        counts : ndarray of shape (n_candidates,)
            How often each candidate has been taken.

        Returns
        -------
        ndarray of shape (n_candidates,)
        """


def objective_for(
    candidates: Sequence[Candidate],
    truths: Mapping[int, Truth],
    metric: Metric,
    should_stop: Callable[[], bool] = lambda: False,
) -> Objective:
    """Return the fastest objective for a metric.

    Parameters
    ----------
    candidates : sequence of Candidate
        With predictions for all folds of ``truths``.
    truths : mapping of int to Truth
    metric : Metric
    should_stop : callable, default never
        Asked within the additions where the metric is called for each candidate.
    """
    unweighted = all(truth.weight is None for truth in truths.values())
    if metric.loss is losses.log_loss:
        return log_objective(candidates, truths)
    if metric.loss is losses.absolute_error:
        return absolute_objective(candidates, truths)
    if isinstance(metric.loss, ConfusionLoss):
        return LabelObjective(candidates, truths, metric.loss)
    if metric.loss in (losses.squared_error, losses.root_squared_error):
        root = metric.loss is losses.root_squared_error
        return squared_objective(candidates, truths, root=root)
    if metric.loss is losses.unexplained_variance and target_varies(truths):
        return unexplained_objective(candidates, truths)
    if metric.loss is losses.roc_auc_deficit and unweighted:
        return RankingObjective(candidates, truths)
    return MetricObjective(candidates, truths, metric, should_stop)
