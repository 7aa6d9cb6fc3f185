"""Resolves the user's ``scoring`` to a metric."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.known_scorers import known_metric
from autoskl.core.losses import Target, Weight
from autoskl.core.metrics import Metric, PredictionType, fast_metrics
from autoskl.core.process_state import ignore_warnings
from autoskl.core.result import FloatArray
from autoskl.core.stand_in import StandInClassifier, StandInMargin, StandInRegressor
from autoskl.core.suggestions import did_you_mean
from autoskl.core.task import Task

Scorer = Callable[..., float]

_WITHOUT_OPTIMUM = frozenset({"positive_likelihood_ratio", "mutual_info_score"})


@dataclass(frozen=True, slots=True)
class ScorerLoss:
    """Loss computed by a scikit-learn scorer from stored predictions.

    Correlations are undefined for constant predictions; those get the loss of roughly the worst
    possible predictions, so that the constant model has a loss.

    The scorer is called as ``scorer(estimator, X, y)``, with ``sample_weight`` if it accepts it;
    otherwise rows of weight 0 are left out. ``estimator`` returns the stored predictions, y holds
    the user's own labels, and X is a column of row positions, which is all that the estimator
    needs: scorers that read X cannot be used.

    Attributes
    ----------
    scorer : callable
    classes : ndarray of shape (n_classes,) or None
        Labels in the order of their codes; None for regression.
    optimum : float
        Best possible score.
    accepts_weight : bool
        Whether the scorer accepts ``sample_weight``.
    """

    scorer: Scorer
    classes: NDArray[Any] | None
    optimum: float
    accepts_weight: bool

    def __call__(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return optimum - score; raises what the scorer raises."""
        try:
            loss = self._loss(y, predictions, weight)
        except Exception:
            worst = self._loss_of_worst(y, predictions, weight)
            if not math.isfinite(worst):
                raise
            return worst
        if math.isfinite(loss):
            return loss
        worst = self._loss_of_worst(y, predictions, weight)
        return worst if math.isfinite(worst) else loss

    def _loss_of_worst(self, y: Target, predictions: FloatArray, weight: Weight) -> float:
        """Return the loss of very bad predictions; NaN unless the given ones are constant."""
        outputs = predictions if self.classes is None else predictions.argmax(axis=1)
        if np.any(outputs != outputs[:1]):
            return math.nan
        try:
            return self._loss(y, _worst_predictions(y, self.classes), weight)
        except Exception:  # the error for the given predictions is the informative one
            return math.nan

    def _loss(self, y: Target, predictions: FloatArray, weight: Weight) -> float:
        from sklearn import config_context

        if weight is not None and not self.accepts_weight:
            kept = weight > 0
            y, predictions, weight = y[kept], predictions[kept], None
        target = y if self.classes is None else self.classes[y]
        positions = np.arange(len(y))[:, np.newaxis]
        routed = {} if weight is None else {"sample_weight": weight}
        # Scorers warn about ill-defined values for every fold of every trial: too often to read.
        # From scikit-learn 1.11, scorers accept weights only with metadata routing enabled.
        routing = config_context(enable_metadata_routing=True) if routed else nullcontext()
        with ignore_warnings(), routing:
            score = self.scorer(self._estimator(predictions), positions, target, **routed)
        if np.ndim(score) or not isinstance(score, (int, float, np.number, np.ndarray)):
            raise ValueError(f"The scorer must return one number. It returned {score!r}.")
        return self.optimum - float(score)

    def _estimator(self, predictions: FloatArray) -> Any:
        if self.classes is None:
            return StandInRegressor(predictions)
        # Only if needed: other scorers would prefer its clipped log odds to exact probabilities.
        if getattr(self.scorer, "_response_method", None) == "decision_function":
            return StandInMargin(predictions, self.classes)
        return StandInClassifier(predictions, self.classes)


def _worst_predictions(y: Target, classes: NDArray[Any] | None) -> FloatArray:
    """Return the targets in reverse order, or wrong classes except for one row of each class.

    With one correct row per class no score is 0 / 0.
    """
    if classes is None:
        reverse = np.empty((len(y), 1))
        order = np.argsort(y, kind="stable")
        reverse[order, 0] = y[order[::-1]]
        return reverse
    labels = (y + 1) % len(classes)
    correct = np.unique(y, return_index=True)[1]
    labels[correct] = y[correct]
    confidence = np.linspace(0.8, 0.9, len(y))
    predictions = np.repeat((1 - confidence)[:, np.newaxis] / len(classes), len(classes), axis=1)
    predictions[np.arange(len(y)), labels] += confidence
    return predictions


def resolve_scoring(scoring: object, task: Task, classes: NDArray[Any] | None = None) -> Metric:
    """Return the metric that the user's ``scoring`` stands for.

    Parameters
    ----------
    scoring : None, str or callable
        None means log loss for classification and squared error for regression; otherwise a name
        from `sklearn.metrics.get_scorer_names`, or a callable ``scorer(estimator, X, y)`` such as
        `sklearn.metrics.make_scorer` returns.
    task : Task
    classes : ndarray of shape (n_classes,), default=None
        The user's labels in the order of their codes; required for classification.

    Returns
    -------
    Metric

    Raises
    ------
    ValueError
        For unknown names, several metrics, plain metric functions, and named scorers that cannot
        score the task.

    Examples
    --------
    >>> from autoskl.core.scoring import resolve_scoring
    >>> from autoskl.core.task import Task
    >>> resolve_scoring("r2", Task.REGRESSION).name
    'r2'
    """
    if task.is_classification and classes is None:
        raise ValueError("resolve_scoring needs the classes of a classification task.")
    one_is_second = task is Task.BINARY and classes is not None and list(classes)[-1] == 1
    fast = fast_metrics(task, one_is_second=one_is_second)
    if scoring is None:
        return next(iter(fast.values()))
    if isinstance(scoring, str):
        return fast[scoring] if scoring in fast else _named(scoring, task, classes)
    if not callable(scoring):
        raise ValueError(
            "scoring must be None, the name of one scikit-learn scorer or one callable "
            f"scorer(estimator, X, y). Got {scoring!r}; the search optimises a single metric."
        )
    return known_metric(scoring, task, classes) or _custom(scoring, task, classes)


def _named(name: str, task: Task, classes: NDArray[Any] | None) -> Metric:
    from sklearn.metrics import get_scorer, get_scorer_names

    names = get_scorer_names()
    if name not in names:
        raise ValueError(
            f"scoring={name!r} is not the name of a scikit-learn scorer. "
            f"{did_you_mean(name, names)} sklearn.metrics.get_scorer_names() lists them all."
        )
    if name == "roc_auc" and task is Task.MULTICLASS and classes is not None:
        raise ValueError(
            f"scoring='roc_auc' is for two classes, but y has {len(classes)}. "
            "Use scoring='roc_auc_ovr' (each class against the rest) or 'roc_auc_ovo'."
        )
    optimum = 0.0 if name.startswith("neg_") or name in _WITHOUT_OPTIMUM else 1.0
    metric = _metric(name, get_scorer(name), task, classes, optimum)
    _check_suits_task(metric, task, classes)
    return metric


def _custom(scorer: Scorer, task: Task, classes: NDArray[Any] | None) -> Metric:
    from sklearn.metrics import check_scoring

    # Rejects plain metric functions, which would receive an estimator as y_true.
    check_scoring(None, scoring=scorer)
    function = getattr(scorer, "_score_func", scorer)
    name = getattr(function, "__name__", type(function).__name__)
    return _metric(name, scorer, task, classes, optimum=0.0)


def _metric(
    name: str, scorer: Scorer, task: Task, classes: NDArray[Any] | None, optimum: float
) -> Metric:
    classes = classes if task.is_classification else None
    loss = ScorerLoss(scorer, classes, optimum, _accepts_weight(scorer))
    if task is Task.REGRESSION:
        prediction_type = PredictionType.VALUES
    elif getattr(scorer, "_response_method", None) == "predict":
        prediction_type = PredictionType.LABELS
    else:
        prediction_type = PredictionType.PROBABILITIES
    return Metric(name, loss, prediction_type, optimum=optimum, fast=False)


def _accepts_weight(scorer: Scorer) -> bool:
    function = getattr(scorer, "_score_func", scorer)
    try:
        return "sample_weight" in inspect.signature(function).parameters
    except ValueError:  # callables written in C may have no signature
        return False


def _check_suits_task(metric: Metric, task: Task, classes: NDArray[Any] | None) -> None:
    """Score a few made-up rows, so that an unsuitable metric is rejected before any fit."""
    if classes is not None and len(classes) < 2:
        return  # a single class gets a constant model, whatever the metric
    if classes is None or not task.is_classification:
        y: Target = np.arange(1.0, 7.0)
        predictions: FloatArray = (y + 0.5)[:, np.newaxis]
    else:
        y = np.tile(np.arange(len(classes)), 3)
        predictions = np.full((len(y), len(classes)), 0.5 / len(classes))
        predictions[np.arange(len(y)), y] += 0.5
    try:
        metric.loss(y, predictions, None)
    except Exception as error:
        kind = "regression" if task is Task.REGRESSION else f"{task} classification"
        raise ValueError(
            f"scoring={metric.name!r} cannot be used for {kind}: {readable_scorer_error(error)} "
            "Choose another name, or build a scorer with sklearn.metrics.make_scorer."
        ) from error


def readable_scorer_error(error: Exception) -> str:
    """Return a scorer's error as a sentence without the names of internal classes.

    Parameters
    ----------
    error : Exception
    """
    text = str(error).strip() or "no reason given"
    for stand_in in (StandInRegressor, StandInClassifier, StandInMargin):
        kind = "regressor" if stand_in is StandInRegressor else "classifier"
        text = re.sub(rf"'?{stand_in.__name__}'?", f"a {kind}", text)
    if not isinstance(error, ValueError):
        text = f"{type(error).__name__}: {text}"
    return text if text.endswith((".", "!", "?")) else f"{text}."
