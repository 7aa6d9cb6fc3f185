"""Losses of predicted classes equal scikit-learn's metrics."""

from __future__ import annotations

import tracemalloc
import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from autoskl.core.confusion import ClassTotals, ConfusionLoss, class_totals
from autoskl.core.metrics import ACCURACY, fast_metrics
from autoskl.core.task import Task

OTHERS = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "matthews_corrcoef": sk.matthews_corrcoef,
}
NOT_OF_RANKS = [
    metric
    for name, metric in fast_metrics(Task.MULTICLASS).items()
    if not name.startswith("roc_auc")  # which needs rows of each class
]

METRICS = {
    name: metric
    for name, metric in fast_metrics(Task.BINARY, one_is_second=True).items()
    if isinstance(metric.loss, ConfusionLoss)
}


def scikit_learns(name):
    if name in OTHERS:
        return OTHERS[name]
    function, _, average = name.partition("_")
    return partial(getattr(sk, f"{function}_score"), average=average or "binary")


@pytest.mark.parametrize("name", METRICS)
@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(1, 30), st.booleans())
def test_losses_equal_scikit_learn(name, seed, n_classes, n_rows, weighted):
    if METRICS[name].loss.of_totals.__class__.__name__ == "AveragedLoss" and "_" not in name:
        n_classes = 2
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_rows)
    predictions = rng.integers(1, 4, size=(n_rows, n_classes)) / 4  # With ties.
    weight = rng.choice([0.5, 1.0, 7.25], n_rows) if weighted else None
    labels = predictions.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = 1 - scikit_learns(name)(y, labels, sample_weight=weight)
    loss = METRICS[name].loss(y, predictions, weight)
    np.testing.assert_allclose(loss, expected, rtol=1e-12, atol=1e-12)


def test_all_metrics_of_labels_are_tested():
    assert len(METRICS) == 3 + 4 * 4


@pytest.mark.parametrize("name", METRICS)
def test_losses_of_stacked_totals(name):
    rng = np.random.default_rng(0)
    matrices = rng.integers(0, 5, size=(4, 3, 2, 2)).astype(float)
    of_totals = METRICS[name].loss.of_totals
    expected = [[of_totals(margins(matrix)) for matrix in row] for row in matrices]
    np.testing.assert_allclose(of_totals(margins(matrices)), expected)


def margins(matrix):
    """Return the totals of confusion matrices with true classes in rows."""
    diagonal = np.diagonal(matrix, axis1=-2, axis2=-1)
    return ClassTotals(diagonal, matrix.sum(axis=-1), matrix.sum(axis=-2))


@pytest.mark.parametrize("name", METRICS)
def test_losses_are_nan_when_the_total_weight_is_zero(name):
    y, predictions = np.zeros(3, dtype=int), np.full((3, 2), 0.5)
    assert np.isnan(METRICS[name].loss(y, predictions, np.zeros(3)))


def test_rows_of_weight_zero_are_ignored():
    rng = np.random.default_rng(0)
    y, predictions = rng.integers(0, 4, 20), rng.random((20, 4))
    weight = (y != 2).astype(float)
    for metric in NOT_OF_RANKS:
        kept = metric.loss(y[y != 2], predictions[y != 2], None)
        assert metric.loss(y, predictions, weight) == pytest.approx(kept, abs=1e-12)


def test_totals_of_classes():
    totals = class_totals(np.array([0, 1, 1]), np.array([1, 1, 0]), 3, np.array([1.0, 2.0, 4.0]))
    assert totals.true_positives.tolist() == [0, 2, 0]
    assert totals.support.tolist() == [1, 6, 0]
    assert totals.predicted.tolist() == [4, 3, 0]
    assert ACCURACY.loss.of_totals(totals) == pytest.approx(5 / 7)


@pytest.mark.parametrize("weighted", [False, True])
def test_memory_is_linear_in_the_number_of_classes(weighted):
    rng = np.random.default_rng(0)
    y, predictions = rng.integers(0, 3_000, 50), rng.random((50, 3_000))
    weight = rng.random(50) if weighted else None
    tracemalloc.start()
    try:
        for metric in NOT_OF_RANKS:
            assert np.isfinite(metric.loss(y, predictions, weight))
        assert tracemalloc.get_traced_memory()[1] < 10e6  # the matrix has 72e6 bytes
    finally:
        tracemalloc.stop()
