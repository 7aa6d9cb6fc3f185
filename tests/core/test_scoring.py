from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_classifier

from autoskl.core.metrics import LOG_LOSS, SQUARED_ERROR, PredictionType
from autoskl.core.scoring import ScorerLoss, readable_scorer_error, resolve_scoring
from autoskl.core.stand_in import StandInMargin
from autoskl.core.task import Task

TWO = np.array(["no", "yes"])
DIGITS = np.array([0, 1])
THREE = np.array(["a", "b", "c"])


class Known(ClassifierMixin, BaseEstimator):
    """A real estimator with the same predictions, for scikit-learn to score."""

    def __init__(self, predictions=None, classes=None):
        self.predictions = predictions
        self.classes = classes
        self.classes_ = classes

    def predict_proba(self, X):
        return self.predictions

    def predict(self, X):
        return self.classes_[self.predictions.argmax(axis=1)]


class KnownRegressor(RegressorMixin, BaseEstimator):
    def __init__(self, predictions=None):
        self.predictions = predictions

    def predict(self, X):
        return self.predictions[:, 0]


def factories(classes, n=90, seed=0):
    rng = np.random.default_rng(seed)
    y = np.r_[np.arange(len(classes)), rng.integers(0, len(classes), n - len(classes))]
    predictions = rng.dirichlet(np.ones(len(classes)), size=n)
    predictions[np.arange(n), y] += 0.3
    return y, predictions / predictions.sum(axis=1, keepdims=True)


def test_default_metric_of_each_task():
    assert resolve_scoring(None, Task.BINARY, TWO) is LOG_LOSS
    assert resolve_scoring(None, Task.REGRESSION) is SQUARED_ERROR


BINARY_NAMES = [
    "accuracy", "balanced_accuracy", "neg_log_loss", "roc_auc", "f1", "f1_macro", "precision",
    "recall", "jaccard", "average_precision", "matthews_corrcoef", "neg_brier_score",
    "roc_auc_ovr", "positive_likelihood_ratio", "adjusted_rand_score",
]  # fmt: skip


@pytest.mark.parametrize("name", BINARY_NAMES)
@pytest.mark.parametrize("weighted", [False, True])
def test_binary_scores_are_scikit_learns(name, weighted):
    y, predictions = factories(DIGITS)
    weight = np.linspace(0.5, 2, len(y)) if weighted else None
    metric = resolve_scoring(name, Task.BINARY, DIGITS)
    known, X = Known(predictions, DIGITS), np.zeros((len(y), 1))
    kwargs = {"sample_weight": weight} if weighted and takes_weight(name) else {}
    expected = sk.get_scorer(name)(known, X, DIGITS[y], **kwargs)
    assert metric.score(metric.loss(y, predictions, weight)) == pytest.approx(expected, abs=1e-12)


MULTICLASS_NAMES = [
    "accuracy", "balanced_accuracy", "neg_log_loss", "roc_auc_ovr", "roc_auc_ovr_weighted",
    "roc_auc_ovo_weighted",
    "f1_macro", "f1_weighted", "jaccard_macro", "precision_micro", "matthews_corrcoef",
    "neg_brier_score", "d2_log_loss_score",
]  # fmt: skip


@pytest.mark.parametrize("name", MULTICLASS_NAMES)
def test_multiclass_scores_are_scikit_learns(name):
    y, predictions = factories(THREE)
    metric = resolve_scoring(name, Task.MULTICLASS, THREE)
    expected = sk.get_scorer(name)(Known(predictions, THREE), np.zeros((len(y), 1)), THREE[y])
    assert metric.score(metric.loss(y, predictions, None)) == pytest.approx(expected, abs=1e-12)


REGRESSION_NAMES = [
    "r2", "neg_mean_squared_error", "neg_root_mean_squared_error", "neg_mean_absolute_error",
    "neg_median_absolute_error", "neg_max_error", "explained_variance",
    "neg_mean_poisson_deviance", "neg_mean_squared_log_error",
]  # fmt: skip


@pytest.mark.parametrize("name", REGRESSION_NAMES)
def test_regression_scores_are_scikit_learns(name):
    rng = np.random.default_rng(0)
    y = rng.uniform(1, 9, 50)
    predictions = (y * rng.uniform(0.8, 1.2, 50))[:, None]
    metric = resolve_scoring(name, Task.REGRESSION)
    assert metric.prediction_type is PredictionType.VALUES
    expected = sk.get_scorer(name)(KnownRegressor(predictions), np.zeros((50, 1)), y)
    assert metric.score(metric.loss(y, predictions, None)) == pytest.approx(expected, abs=1e-12)


def takes_weight(name):
    import inspect

    return "sample_weight" in inspect.signature(sk.get_scorer(name)._score_func).parameters


@pytest.mark.parametrize("scoring", [{"a": "f1"}, ["f1"], ("f1",), {"f1"}, 5])
def test_anything_but_a_single_metric_is_rejected(scoring):
    with pytest.raises(ValueError, match="single metric"):
        resolve_scoring(scoring, Task.BINARY, TWO)


@pytest.mark.parametrize(
    ("name", "advice"),
    [("log_loss", "neg_log_loss"), ("auc", "roc_auc"), ("mse", "lists them all")],
)
def test_unknown_names_are_rejected_with_similar_names(name, advice):
    with pytest.raises(ValueError, match=advice):
        resolve_scoring(name, Task.BINARY, TWO)


def test_roc_auc_of_three_classes_is_rejected_with_advice():
    with pytest.raises(ValueError, match=r"y has 3\. Use scoring='roc_auc_ovr'"):
        resolve_scoring("roc_auc", Task.MULTICLASS, THREE)


@pytest.mark.parametrize(
    ("name", "task", "classes"),
    [
        ("accuracy", Task.REGRESSION, None),
        ("neg_log_loss", Task.REGRESSION, None),
        ("roc_auc", Task.REGRESSION, None),
        ("r2", Task.BINARY, TWO),
        ("f1", Task.MULTICLASS, THREE),
        ("f1", Task.BINARY, TWO),
        ("f1_samples", Task.BINARY, TWO),
    ],
)
def test_scorers_that_do_not_suit_the_task_are_rejected(name, task, classes):
    with pytest.raises(ValueError, match=f"'{name}' cannot be used for {task}"):
        resolve_scoring(name, task, classes)


def test_plain_metric_functions_get_scikit_learns_own_error():
    with pytest.raises(ValueError, match="metric function rather than a scorer"):
        resolve_scoring(sk.accuracy_score, Task.BINARY, TWO)


def test_custom_scorers_get_the_users_labels_and_a_classifier():
    seen = []

    def scorer(estimator, X, y):
        seen.append((is_classifier(estimator), list(estimator.classes_), set(y), X.shape))
        return np.mean(estimator.predict(X) == y)

    y, predictions = factories(TWO)
    metric = resolve_scoring(scorer, Task.BINARY, TWO)
    assert metric.name == "scorer"
    assert not metric.fast
    expected = np.mean(predictions.argmax(axis=1) == y)
    assert metric.score(metric.loss(y, predictions, None)) == pytest.approx(expected)
    assert seen == [(True, ["no", "yes"], {"no", "yes"}, (90, 1))]


def test_a_scorer_may_use_a_subset_of_the_rows():
    def scorer(estimator, X, y):
        return np.mean(estimator.predict(X[::2]) == y[::2])

    y, predictions = factories(TWO)
    metric = resolve_scoring(scorer, Task.BINARY, TWO)
    hits = predictions.argmax(axis=1) == y
    assert metric.score(metric.loss(y, predictions, None)) == pytest.approx(hits[::2].mean())


def test_weights_are_passed_to_scorers_that_accept_them_else_rows_of_weight_zero_are_dropped():
    def heavy(estimator, X, y, sample_weight=None):
        return float(np.sum(sample_weight))

    def plain(estimator, X, y):
        return float(len(y))

    y, predictions = factories(TWO)
    weight = np.r_[0.0, 0.0, np.full(len(y) - 2, 3.0)]
    for scorer, expected in [(heavy, 3.0 * 88), (plain, 88.0)]:
        metric = resolve_scoring(scorer, Task.BINARY, TWO)
        assert metric.score(metric.loss(y, predictions, weight)) == expected


def test_ties_go_to_the_first_class_as_in_predict():
    y, undecided = np.array([0, 0]), np.full((2, 2), 0.5)
    assert resolve_scoring("f1_macro", Task.BINARY, DIGITS).loss(y, undecided, None) == 0
    own = sk.make_scorer(sk.zero_one_loss, greater_is_better=False)
    assert resolve_scoring(own, Task.BINARY, DIGITS).loss(y, undecided, None) == 0


def test_made_scorers_with_labels_and_decision_functions():
    y, predictions = factories(TWO)
    f1 = resolve_scoring(sk.make_scorer(sk.f1_score, pos_label="yes"), Task.BINARY, TWO)
    assert f1.prediction_type is PredictionType.LABELS
    assert f1.name == "f1"
    expected = sk.f1_score(TWO[y], TWO[predictions.argmax(axis=1)], pos_label="yes")
    assert f1.score(f1.loss(y, predictions, None)) == pytest.approx(expected, abs=1e-12)
    margin = sk.make_scorer(sk.roc_auc_score, response_method="decision_function")
    auc = resolve_scoring(margin, Task.BINARY, TWO)
    expected = sk.roc_auc_score(y, predictions[:, 1])
    assert auc.score(auc.loss(y, predictions, None)) == pytest.approx(expected, abs=1e-12)


def test_a_failing_scorer_raises_in_loss_and_is_infinite_in_safe_loss():
    def scorer(estimator, X, y):
        raise RuntimeError("no column called amount")

    y, predictions = factories(TWO)
    metric = resolve_scoring(scorer, Task.BINARY, TWO)
    with pytest.raises(RuntimeError, match="amount"):
        metric.loss(y, predictions, None)
    assert metric.safe_loss(y, predictions) == math.inf


def test_a_scorer_must_return_one_number():
    y, predictions = factories(TWO)
    for answer in ({"f1": 1.0}, np.ones(2), "good"):
        metric = resolve_scoring(lambda e, X, y, a=answer: a, Task.BINARY, TWO)
        with pytest.raises(ValueError, match="one number"):
            metric.loss(y, predictions, None)


def test_safe_loss_of_a_fold_without_a_class_is_infinite():
    metric = resolve_scoring("roc_auc_ovr", Task.MULTICLASS, THREE)
    y, predictions = np.array([0, 1, 1]), np.full((3, 3), 1 / 3)
    assert metric.safe_loss(y, predictions) == math.inf


@pytest.mark.parametrize("undefined", [lambda: math.nan, lambda: math.inf, lambda: 1 / 0])
def test_constant_predictions_with_undefined_score_get_the_worst_score(undefined):
    def correlation(y, predicted):
        return np.corrcoef(y, predicted)[0, 1] if np.ptp(predicted) else undefined()

    y = np.array([3.0, 1.0, 2.0])
    metric = resolve_scoring(sk.make_scorer(correlation), Task.REGRESSION)
    assert metric.score(metric.loss(y, np.ones((3, 1)), None)) == pytest.approx(-1)
    assert metric.score(metric.loss(y, y[:, None], None)) == pytest.approx(1)


def test_a_class_that_is_never_predicted_gets_the_worst_score():
    def precision(y, predicted):
        return int(np.sum((y == "yes") & (predicted == "yes"))) / int(np.sum(predicted == "yes"))

    metric = resolve_scoring(sk.make_scorer(precision), Task.BINARY, TWO)
    y = np.arange(12) % 2
    never = np.tile([0.9, 0.1], (12, 1))
    assert metric.score(metric.loss(y, never, None)) == pytest.approx(1 / 6)
    assert metric.score(metric.loss(y, np.eye(2)[y], None)) == 1


def test_an_undefined_score_of_varying_predictions_stays_undefined():
    metric = resolve_scoring(sk.make_scorer(lambda y, predicted: math.nan), Task.REGRESSION)
    y = np.array([3.0, 1.0, 2.0])
    assert math.isnan(metric.loss(y, y[:, None], None))
    assert math.isnan(metric.loss(y, np.ones((3, 1)), None))


def test_errors_of_scorers_name_no_internal_class():
    with pytest.raises(ValueError, match=r"regression: AttributeError: a regressor has none of"):
        resolve_scoring("average_precision", Task.REGRESSION)
    with pytest.raises(ValueError, match=r"continuous targets\. Choose another name"):
        resolve_scoring("accuracy", Task.REGRESSION)
    margin = StandInMargin(np.ones((2, 2)), TWO)
    with pytest.raises(AttributeError) as caught:
        margin.amount  # noqa: B018
    message = readable_scorer_error(caught.value)
    assert message == "AttributeError: a classifier object has no attribute 'amount'."
    assert readable_scorer_error(ValueError("Why?")) == "Why?"
    assert readable_scorer_error(ValueError()) == "no reason given."


def test_metrics_of_scorers_pickle():
    y, predictions = factories(THREE)
    metric = resolve_scoring("d2_log_loss_score", Task.MULTICLASS, THREE)
    again = pickle.loads(pickle.dumps(metric))
    assert isinstance(again.loss, ScorerLoss)
    assert again.loss(y, predictions, None) == metric.loss(y, predictions, None)


def test_fast_metrics_do_not_import_scikit_learns():
    code = (
        "import sys; from autoskl.core.scoring import resolve_scoring as r;"
        "from autoskl.core.task import Task; r('r2', Task.REGRESSION);"
        "assert 'sklearn.metrics' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
