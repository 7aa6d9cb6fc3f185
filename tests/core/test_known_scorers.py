from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics
from sklearn.metrics import make_scorer

from autoskl.core.confusion import ConfusionLoss
from autoskl.core.known_scorers import known_metric
from autoskl.core.scoring import ScorerLoss, resolve_scoring
from autoskl.core.task import Task

YES_NO = np.array(["no", "yes"])
ABC = np.array(["a", "b", "c"])
SHARES = ["f1_score", "jaccard_score", "precision_score", "recall_score"]


def function(name: str):
    return getattr(sklearn_metrics, name)


KNOWN = [
    (make_scorer(function(name)), task, classes)
    for name in ("accuracy_score", "balanced_accuracy_score", "matthews_corrcoef")
    for task, classes in ((Task.BINARY, YES_NO), (Task.MULTICLASS, ABC))
]
KNOWN += [
    (make_scorer(function(name), average=average), Task.MULTICLASS, ABC)
    for name in SHARES
    for average in ("macro", "micro", "weighted")
]
KNOWN += [
    (make_scorer(function(name), pos_label=label), Task.BINARY, YES_NO)
    for name in SHARES
    for label in ("no", "yes")
]
KNOWN += [(make_scorer(sklearn_metrics.f1_score), Task.BINARY, np.array([0, 1]))]


@pytest.mark.parametrize(("scorer", "task", "classes"), KNOWN, ids=range(len(KNOWN)))
@pytest.mark.parametrize("weighted", [False, True])
def test_the_fast_metric_equals_the_scorer(scorer, task, classes, weighted) -> None:
    metric = resolve_scoring(scorer, task, classes)
    assert isinstance(metric.loss, ConfusionLoss)
    rng = np.random.default_rng(0)
    y = rng.integers(0, len(classes), 200)
    predictions = rng.dirichlet(np.ones(len(classes)), 200)
    weight = rng.choice([1.0, 2.0], 200) if weighted else None
    asked = ScorerLoss(scorer, classes, optimum=1.0, accepts_weight=True)
    assert metric.loss(y, predictions, weight) == pytest.approx(asked(y, predictions, weight))


UNKNOWN = [
    make_scorer(sklearn_metrics.f1_score, pos_label="perhaps"),
    make_scorer(sklearn_metrics.f1_score),
    make_scorer(sklearn_metrics.f1_score, average="macro", zero_division=1),
    make_scorer(sklearn_metrics.f1_score, average="samples"),
    make_scorer(sklearn_metrics.accuracy_score, normalize=False),
    make_scorer(sklearn_metrics.balanced_accuracy_score, adjusted=True),
    make_scorer(sklearn_metrics.accuracy_score, greater_is_better=False),
    make_scorer(sklearn_metrics.fbeta_score, beta=2, pos_label="yes"),
    make_scorer(sklearn_metrics.roc_auc_score, response_method="predict_proba"),
    make_scorer(lambda y, predicted: 1.0),
    lambda estimator, X, y: 1.0,
]


@pytest.mark.parametrize("scorer", UNKNOWN, ids=range(len(UNKNOWN)))
def test_other_scorers_are_called_themselves(scorer) -> None:
    assert known_metric(scorer, Task.BINARY, YES_NO) is None
    assert isinstance(resolve_scoring(scorer, Task.BINARY, YES_NO).loss, ScorerLoss)


def test_regression_has_no_fast_equivalents() -> None:
    scorer = make_scorer(sklearn_metrics.r2_score)
    assert known_metric(scorer, Task.REGRESSION, None) is None
