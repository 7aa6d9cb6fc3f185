"""From the user's ``scoring`` to a metric."""

from __future__ import annotations

import difflib
import inspect
import math
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.known_scorers import known_metric
from autoskl.core.losses import Target, Weight
from autoskl.core.metrics import Metric, Needs, fast_metrics
from autoskl.core.result import FloatArray
from autoskl.core.stand_in import (
    StandInClassifier,
    StandInMargin,
    StandInRegressor,
    in_users_words,
)
from autoskl.core.task import Task

Scorer = Callable[..., float]

_NO_KNOWN_OPTIMUM = frozenset({"positive_likelihood_ratio", "mutual_info_score"})


@dataclass(frozen=True, slots=True)
class ScorerLoss:
    """Loss that asks a scikit-learn scorer about stored predictions.

    Correlations and the like are undefined where all predictions are the same. Such predictions
    have the loss of about the worst that could be made, so that the constant model has one.

    The scorer is called as ``scorer(estimator, X, y)``, with ``sample_weight`` where it accepts
    one; where it does not, rows of weight 0 are left out. ``estimator`` returns the stored
    predictions, y holds the user's own labels, and X is a column of row positions, all that the
    estimator needs: a scorer that looks into X itself cannot be used.

    Attributes
    ----------
    scorer : callable
    classes : ndarray of shape (n_classes,) or None
        Labels by code; None for regression.
    optimum : float
        Best score possible.
    weighted : bool
        Whether the scorer accepts ``sample_weight``.
    """

    scorer: Scorer
    classes: NDArray[Any] | None
    optimum: float
    weighted: bool

    def __call__(self, y: Target, predictions: FloatArray, weight: Weight = None) -> float:
        """Return the optimum less the score; raises what the scorer raises."""
        try:
            loss = self._loss(y, predictions, weight)
        except Exception:
            worst = self._worst(y, predictions, weight)
            if not math.isfinite(worst):
                raise
            return worst
        if math.isfinite(loss):
            return loss
        worst = self._worst(y, predictions, weight)
        return worst if math.isfinite(worst) else loss

    def _worst(self, y: Target, predictions: FloatArray, weight: Weight) -> float:
        """Return the loss of very bad predictions; NaN unless the given ones are all the same."""
        told = predictions if self.classes is None else predictions.argmax(axis=1)
        if np.any(told != told[:1]):
            return math.nan
        try:
            return self._loss(y, _very_bad(y, self.classes), weight)
        except Exception:  # whatever it is, the scorer says more of the given predictions
            return math.nan

    def _loss(self, y: Target, predictions: FloatArray, weight: Weight) -> float:
        from sklearn import config_context

        if weight is not None and not self.weighted:
            kept = weight > 0
            y, predictions, weight = y[kept], predictions[kept], None
        target = y if self.classes is None else self.classes[y]
        positions = np.arange(len(y))[:, np.newaxis]
        routed = {} if weight is None else {"sample_weight": weight}
        # Scorers warn of ill-defined values fold by fold, trial by trial: nobody reads a thousand.
        # From scikit-learn 1.11 a scorer takes weights only where metadata routing is on.
        routing = config_context(enable_metadata_routing=True) if routed else nullcontext()
        with warnings.catch_warnings(), routing:
            warnings.simplefilter("ignore")
            score = self.scorer(self._estimator(predictions), positions, target, **routed)
        if np.ndim(score) or not isinstance(score, (int, float, np.number, np.ndarray)):
            raise ValueError(f"The scorer must return one number. It returned {score!r}.")
        return self.optimum - float(score)

    def _estimator(self, predictions: FloatArray) -> Any:
        if self.classes is None:
            return StandInRegressor(predictions)
        # Only there: others would prefer the clipped log odds to the exact probabilities.
        if getattr(self.scorer, "_response_method", None) == "decision_function":
            return StandInMargin(predictions, self.classes)
        return StandInClassifier(predictions, self.classes)


def _very_bad(y: Target, classes: NDArray[Any] | None) -> FloatArray:
    """Return the targets in reverse, or wrong classes except once in each, lest scores be 0 / 0."""
    if classes is None:
        reverse = np.empty((len(y), 1))
        order = np.argsort(y, kind="stable")
        reverse[order, 0] = y[order[::-1]]
        return reverse
    shown = (y + 1) % len(classes)
    right = np.unique(y, return_index=True)[1]
    shown[right] = y[right]
    sure = np.linspace(0.8, 0.9, len(y))
    predictions = np.repeat((1 - sure)[:, np.newaxis] / len(classes), len(classes), axis=1)
    predictions[np.arange(len(y)), shown] += sure
    return predictions


def resolve_scoring(scoring: object, task: Task, classes: NDArray[Any] | None = None) -> Metric:
    """Return the metric that a user asks for.

    Parameters
    ----------
    scoring : None, str or callable
        None is log loss for classification and squared error for regression; else a name of
        `sklearn.metrics.get_scorer_names` or a callable ``scorer(estimator, X, y)`` such as
        `sklearn.metrics.make_scorer` makes.
    task : Task
    classes : ndarray of shape (n_classes,), default=None
        The user's labels by code; needed for classification.

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
        close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        advice = f"Did you mean {' or '.join(map(repr, close))}? " if close else ""
        raise ValueError(
            f"scoring={name!r} is not the name of a scikit-learn scorer. {advice}"
            "sklearn.metrics.get_scorer_names() lists them all."
        )
    if name == "roc_auc" and task is Task.MULTICLASS and classes is not None:
        raise ValueError(
            f"scoring='roc_auc' is for two classes, but y has {len(classes)}. "
            "Use scoring='roc_auc_ovr' (each class against the rest) or 'roc_auc_ovo'."
        )
    optimum = 0.0 if name.startswith("neg_") or name in _NO_KNOWN_OPTIMUM else 1.0
    metric = _metric(name, get_scorer(name), task, classes, optimum)
    _try_out(metric, task, classes)
    return metric


def _custom(scorer: Scorer, task: Task, classes: NDArray[Any] | None) -> Metric:
    from sklearn.metrics import check_scoring

    # Refuses plain metric functions, which would be called with an estimator for y_true.
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
        needs = Needs.VALUES
    elif getattr(scorer, "_response_method", None) == "predict":
        needs = Needs.LABELS
    else:
        needs = Needs.PROBABILITIES
    return Metric(name, loss, needs, optimum=optimum, fast=False)


def _accepts_weight(scorer: Scorer) -> bool:
    function = getattr(scorer, "_score_func", scorer)
    try:
        return "sample_weight" in inspect.signature(function).parameters
    except ValueError:  # Callables written in C need not tell their signature.
        return False


def _try_out(metric: Metric, task: Task, classes: NDArray[Any] | None) -> None:
    """Score a few made-up rows, so that an unfit metric is refused before anything is fitted."""
    if classes is not None and len(classes) < 2:
        return  # One class: a constant model, whatever the metric.
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
            f"scoring={metric.name!r} cannot be used for {kind}: {in_users_words(error)} "
            "Choose another name, or build a scorer with sklearn.metrics.make_scorer."
        ) from error
