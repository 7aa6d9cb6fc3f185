"""Metrics: losses to minimise, with the name and sign of scikit-learn's score."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from autoskl.core import confusion, losses
from autoskl.core.confusion import AveragedLoss, ClassTotals, ConfusionLoss, Vector
from autoskl.core.losses import Target, Weight
from autoskl.core.result import FloatArray
from autoskl.core.task import Task

Loss = Callable[[Target, FloatArray, Weight], float]


class PredictionType(StrEnum):
    """Form of prediction a metric is computed from."""

    PROBABILITIES = "probabilities"
    LABELS = "labels"
    VALUES = "values"


class Statistic(StrEnum):
    """Functional of the target distribution that minimises the expected loss of a metric."""

    MEAN = "mean"
    MEDIAN = "median"
    OTHER = "other"
    UNKNOWN = "unknown"


_STATISTICS = {
    "mean_squared_error": Statistic.MEAN,
    "explained_variance": Statistic.MEAN,
    "explained_variance_score": Statistic.MEAN,
    "mean_gamma_deviance": Statistic.MEAN,
    "mean_poisson_deviance": Statistic.MEAN,
    "mean_tweedie_deviance": Statistic.MEAN,
    "d2_tweedie_score": Statistic.MEAN,
    "r2": Statistic.MEAN,
    "r2_score": Statistic.MEAN,
    "mean_absolute_error": Statistic.MEDIAN,
    "median_absolute_error": Statistic.MEDIAN,
    "d2_absolute_error_score": Statistic.MEDIAN,
    "percentage_error": Statistic.OTHER,
    "log_error": Statistic.OTHER,
    "pinball_loss": Statistic.OTHER,
    "d2_pinball_score": Statistic.OTHER,
}
"""By suffix of the name of a regression metric, or of the function that a scorer wraps."""


def statistic_for(name: str) -> Statistic:
    """Return the optimal prediction for a regression metric, as far as its name implies.

    Parameters
    ----------
    name : str
        Name of a `Metric`.

    Examples
    --------
    >>> from autoskl.core.metrics import statistic_for
    >>> statistic_for("neg_mean_absolute_error").value
    'median'
    """
    found = (statistic for end, statistic in _STATISTICS.items() if name.endswith(end))
    return next(found, Statistic.UNKNOWN)


def score_from_loss(loss: float, optimum: float) -> float:
    """Return a loss in scikit-learn's sign, where ``optimum`` is the best score possible."""
    return optimum - loss


@dataclass(frozen=True, slots=True)
class Metric:
    """A loss, lower is better, and the score that users see.

    Attributes
    ----------
    name : str
        Name of scikit-learn's scorer, if there is one.
    loss : callable
        ``loss(y, predictions, weight)``: y of shape (n_rows,) holds class codes or values,
        predictions have shape (n_rows, n_outputs), weight has shape (n_rows,) or is None. May
        raise, or return NaN where the metric is undefined; `safe_loss` does neither.
    prediction_type : PredictionType
    optimum : float
        Best possible score.
    fast : bool
        Whether an evaluation takes microseconds rather than milliseconds, also with many classes.

    Examples
    --------
    >>> import numpy as np
    >>> from autoskl.core.metrics import ACCURACY
    >>> loss = ACCURACY.loss(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), None)
    >>> loss, ACCURACY.score(loss)
    (0.5, 0.5)
    """

    name: str
    loss: Loss
    prediction_type: PredictionType
    optimum: float = 0.0
    fast: bool = True

    def score(self, loss: float) -> float:
        """Return the score that belongs to a loss, in scikit-learn's sign: greater is better."""
        return score_from_loss(loss, self.optimum)

    def safe_loss(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return the loss; infinite if it raises or is undefined.

        A user's scorer may fail on a fold, for example because a class is absent from it. The fold
        then counts against the trial, and the search continues.
        """
        try:
            value = self.loss(y, predictions, weight)
        except Exception:
            return math.inf
        return value if math.isfinite(value) else math.inf


def _of_labels(name: str, of_totals: Callable[[ClassTotals], Vector]) -> Metric:
    return Metric(name, ConfusionLoss(of_totals), PredictionType.LABELS, optimum=1.0)


def _of_ranks(name: str, loss: Loss, *, fast: bool = True) -> Metric:
    return Metric(name, loss, PredictionType.PROBABILITIES, optimum=1.0, fast=fast)


LOG_LOSS = Metric("neg_log_loss", losses.log_loss, PredictionType.PROBABILITIES)
ROC_AUC = _of_ranks("roc_auc", losses.roc_auc_loss)
ROC_AUC_OVR = _of_ranks("roc_auc_ovr", losses.roc_auc_ovr_loss)
ROC_AUC_OVR_WEIGHTED = _of_ranks("roc_auc_ovr_weighted", losses.roc_auc_ovr_weighted_loss)
_OF_PAIRS = (
    _of_ranks("roc_auc_ovo", losses.roc_auc_ovo_loss, fast=False),
    _of_ranks("roc_auc_ovo_weighted", losses.roc_auc_ovo_weighted_loss, fast=False),
)
AVERAGE_PRECISION = _of_ranks("average_precision", losses.average_precision_loss)
BRIER = Metric("neg_brier_score", losses.brier, PredictionType.PROBABILITIES)
ACCURACY = _of_labels("accuracy", confusion.error_rate)
BALANCED_ACCURACY = _of_labels("balanced_accuracy", confusion.balanced_error_rate)
MATTHEWS = _of_labels("matthews_corrcoef", confusion.matthews_loss)
SQUARED_ERROR = Metric("neg_mean_squared_error", losses.squared_error, PredictionType.VALUES)
ROOT_SQUARED_ERROR = Metric(
    "neg_root_mean_squared_error", losses.root_squared_error, PredictionType.VALUES
)
ABSOLUTE_ERROR = Metric("neg_mean_absolute_error", losses.absolute_error, PredictionType.VALUES)
R2 = Metric("r2", losses.unexplained_variance, PredictionType.VALUES, optimum=1.0)

_CLASS_SCORES = (confusion.f1, confusion.precision, confusion.recall, confusion.jaccard)
_AVERAGED = tuple(
    _of_labels(f"{score.__name__}_{average}", AveragedLoss(score, average))
    for score in _CLASS_SCORES
    for average in ("macro", "micro", "weighted")
)
_OF_SECOND_CLASS = (
    *(_of_labels(score.__name__, AveragedLoss(score, "binary")) for score in _CLASS_SCORES),
    AVERAGE_PRECISION,
    BRIER,
)
FIRST_CLASS_METRICS = {
    score.__name__: _of_labels(f"{score.__name__} of the first class", AveragedLoss(score, "first"))
    for score in _CLASS_SCORES
}
"""Binary metrics with the first class as the positive one, by the name of the usual metric."""

_CLASSIFICATION = (LOG_LOSS, ACCURACY, BALANCED_ACCURACY, MATTHEWS, *_AVERAGED)
_REGRESSION = (SQUARED_ERROR, ROOT_SQUARED_ERROR, ABSOLUTE_ERROR, R2)


def fast_metrics(task: Task, *, one_is_second: bool = False) -> dict[str, Metric]:
    """Return the metrics of a task that are computed here, by name; the default comes first.

    Parameters
    ----------
    task : Task
    one_is_second : bool, default=False
        Whether the second of two classes has the label 1, the positive class of scikit-learn's
        f1, precision, recall, jaccard, average precision and Brier score.
    """
    chosen: tuple[Metric, ...] = _REGRESSION
    if task.is_classification:
        chosen = _CLASSIFICATION
    if task is Task.BINARY:
        chosen = (*chosen, ROC_AUC, *(_OF_SECOND_CLASS if one_is_second else ()))
    if task is Task.MULTICLASS:
        chosen = (*chosen, ROC_AUC_OVR, ROC_AUC_OVR_WEIGHTED, *_OF_PAIRS)
    return {metric.name: metric for metric in chosen}
