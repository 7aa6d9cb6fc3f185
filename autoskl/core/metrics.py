"""What is minimised: a loss with the name and the sign that scikit-learn gives to its score."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from autoskl.core import confusion, losses
from autoskl.core.confusion import AveragedDeficit, ClassTotals, ConfusionLoss, Vector
from autoskl.core.losses import Target, Weight
from autoskl.core.result import FloatArray
from autoskl.core.task import Task

Loss = Callable[[Target, FloatArray, Weight], float]


class Needs(StrEnum):
    """What of the predictions a metric looks at."""

    PROBABILITIES = "probabilities"
    LABELS = "labels"
    VALUES = "values"


class Statistic(StrEnum):
    """What of the values that are possible a metric is best served with."""

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
"""By ends of the names of metrics of values, and of the functions that scorers are made of."""


def statistic_for(name: str) -> Statistic:
    """Return what is best predicted for a metric of values, as far as its name tells.

    Parameters
    ----------
    name : str
        As of `Metric`.

    Examples
    --------
    >>> from autoskl.core.metrics import statistic_for
    >>> statistic_for("neg_mean_absolute_error").value
    'median'
    """
    found = (statistic for end, statistic in _STATISTICS.items() if name.endswith(end))
    return next(found, Statistic.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Metric:
    """A loss, lower is better, and how it is told to the user.

    Attributes
    ----------
    name : str
        Name of scikit-learn's scorer, where there is one.
    loss : callable
        ``loss(y, predictions, weight)``: y of shape (n_rows,) holds class codes or values,
        predictions of shape (n_rows, n_outputs), weight of shape (n_rows,) or None. May raise, or
        return NaN where it is undefined; `safe_loss` does neither.
    needs : Needs
    optimum : float
        Best score possible.
    fast : bool
        Whether one evaluation takes microseconds rather than milliseconds.

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
    needs: Needs
    optimum: float = 0.0
    fast: bool = True

    def score(self, loss: float) -> float:
        """Return the loss in scikit-learn's sign: greater is better."""
        return self.optimum - loss

    def safe_loss(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return the loss; infinite where it raises or is undefined.

        A user's scorer may fail on some fold (a class absent from it, say); that fold then speaks
        against the trial, and the search goes on.
        """
        try:
            value = self.loss(y, predictions, weight)
        except Exception:
            return math.inf
        return value if math.isfinite(value) else math.inf


def _of_labels(name: str, of_totals: Callable[[ClassTotals], Vector]) -> Metric:
    return Metric(name, ConfusionLoss(of_totals), Needs.LABELS, optimum=1.0)


LOG_LOSS = Metric("neg_log_loss", losses.log_loss, Needs.PROBABILITIES)
ROC_AUC = Metric("roc_auc", losses.roc_auc_deficit, Needs.PROBABILITIES, optimum=1.0)
AVERAGE_PRECISION = Metric(
    "average_precision", losses.average_precision_deficit, Needs.PROBABILITIES, optimum=1.0
)
BRIER = Metric("neg_brier_score", losses.brier, Needs.PROBABILITIES)
ACCURACY = _of_labels("accuracy", confusion.error_rate)
BALANCED_ACCURACY = _of_labels("balanced_accuracy", confusion.balanced_error_rate)
MATTHEWS = _of_labels("matthews_corrcoef", confusion.matthews_deficit)
SQUARED_ERROR = Metric("neg_mean_squared_error", losses.squared_error, Needs.VALUES)
ROOT_SQUARED_ERROR = Metric("neg_root_mean_squared_error", losses.root_squared_error, Needs.VALUES)
ABSOLUTE_ERROR = Metric("neg_mean_absolute_error", losses.absolute_error, Needs.VALUES)
R2 = Metric("r2", losses.unexplained_variance, Needs.VALUES, optimum=1.0)

_SHARES = (confusion.f1, confusion.precision, confusion.recall, confusion.jaccard)
_AVERAGED = tuple(
    _of_labels(f"{share.__name__}_{average}", AveragedDeficit(share, average))
    for share in _SHARES
    for average in ("macro", "micro", "weighted")
)
_OF_SECOND_CLASS = (
    *(_of_labels(share.__name__, AveragedDeficit(share, "binary")) for share in _SHARES),
    AVERAGE_PRECISION,
    BRIER,
)
OF_FIRST_CLASS = {
    share.__name__: _of_labels(
        f"{share.__name__} of the first class", AveragedDeficit(share, "first")
    )
    for share in _SHARES
}
"""Metrics of two classes by the name of that of the second class, which is the usual one."""

_CLASSIFICATION = (LOG_LOSS, ACCURACY, BALANCED_ACCURACY, MATTHEWS, *_AVERAGED)
_REGRESSION = (SQUARED_ERROR, ROOT_SQUARED_ERROR, ABSOLUTE_ERROR, R2)


def fast_metrics(task: Task, *, one_is_second: bool = False) -> dict[str, Metric]:
    """Return the metrics of a task that need no scikit-learn, by name; the default comes first.

    Parameters
    ----------
    task : Task
    one_is_second : bool, default=False
        Whether the second of two classes is labelled 1, as scikit-learn's f1, precision, recall,
        jaccard, average precision and Brier score take the positive class to be.
    """
    chosen: tuple[Metric, ...] = _REGRESSION
    if task.is_classification:
        chosen = _CLASSIFICATION
    if task is Task.BINARY:
        chosen = (*chosen, ROC_AUC, *(_OF_SECOND_CLASS if one_is_second else ()))
    return {metric.name: metric for metric in chosen}
