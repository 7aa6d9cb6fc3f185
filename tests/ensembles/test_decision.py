from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from autoskl.core import metrics
from autoskl.core.confusion import f1
from autoskl.core.metrics import Metric, fast_metrics
from autoskl.core.task import Task
from autoskl.ensembles.candidate import Candidate, Truth
from autoskl.ensembles.decision import (
    LIKELIEST,
    Decision,
    asks_for_rare_classes,
    fit_decision,
    with_common_decision,
)

BINARY = fast_metrics(Task.BINARY, one_is_second=True)
MULTICLASS = fast_metrics(Task.MULTICLASS)


def rare(n_rows: int, frequencies: list[float], seed: int = 0) -> tuple[NDArray, NDArray]:
    """Return the true probabilities of classes of given frequencies, and classes drawn."""
    rng = np.random.default_rng(seed)
    n_classes = len(frequencies)
    centres = 1.5 * np.eye(n_classes)
    y = rng.choice(n_classes, n_rows, p=frequencies)
    x = centres[y] + rng.normal(size=(n_rows, n_classes))
    logs = x @ centres.T + np.log(frequencies)
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True), y


def split(told: NDArray, y: NDArray, n_folds: int = 4) -> tuple[dict, dict]:
    parts = np.array_split(np.arange(len(y)), n_folds)
    return (
        {fold: told[rows] for fold, rows in enumerate(parts)},
        {fold: Truth(y[rows], None, rows) for fold, rows in enumerate(parts)},
    )


def test_which_metrics_ask_for_rare_classes() -> None:
    asking = {name for name, metric in BINARY.items() if asks_for_rare_classes(metric)}
    averaged = {
        f"{share}_{average}" for share in ("f1", "jaccard") for average in ("macro", "weighted")
    }
    assert asking == {"balanced_accuracy", "matthews_corrcoef", "f1", "jaccard", *averaged}


@pytest.mark.parametrize("name", ["balanced_accuracy", "f1", "jaccard", "f1_macro"])
def test_two_classes_get_a_threshold_that_holds_for_other_rows(name: str) -> None:
    metric = BINARY[name]
    told, y = rare(3_000, [0.94, 0.06])
    found = fit_decision(*split(told, y), metric)
    others, z = rare(20_000, [0.94, 0.06], seed=1)
    assert metric.loss(z, found(others), None) < metric.loss(z, others, None) - 0.01


def test_balanced_accuracy_takes_the_frequency_as_the_threshold() -> None:
    told, y = rare(20_000, [0.9, 0.1])
    found = fit_decision(*split(told, y), metrics.BALANCED_ACCURACY)
    threshold = found.factors[0] / sum(found.factors)
    assert threshold == pytest.approx(0.1, abs=0.04)


def test_of_more_classes_rare_ones_count_more() -> None:
    metric = metrics.BALANCED_ACCURACY
    told, y = rare(4_000, [0.8, 0.15, 0.05])
    found = fit_decision(*split(told, y), metric)
    assert list(found.factors) == sorted(found.factors)
    others, z = rare(20_000, [0.8, 0.15, 0.05], seed=1)
    assert metric.loss(z, found(others), None) < metric.loss(z, others, None) - 0.03


@pytest.mark.parametrize("metric", [metrics.ACCURACY, metrics.LOG_LOSS, metrics.ROC_AUC])
def test_other_metrics_take_the_likeliest_class(metric: Metric) -> None:
    told, y = rare(3_000, [0.9, 0.1])
    assert fit_decision(*split(told, y), metric) == LIKELIEST
    assert LIKELIEST(told) is told


def test_few_rows_and_noise_take_the_likeliest_class() -> None:
    told, y = rare(99, [0.9, 0.1])
    assert fit_decision(*split(told, y), metrics.BALANCED_ACCURACY) == LIKELIEST
    rng = np.random.default_rng(0)
    y, noise = np.arange(400) % 2, rng.dirichlet([9, 9], 400)
    noise[:, 1] = np.where(y == 1, 0.9, 0.1)
    noise[:, 0] = 1 - noise[:, 1]
    assert fit_decision(*split(noise, y), metrics.BALANCED_ACCURACY) == LIKELIEST


def test_weights_count() -> None:
    told, y = rare(2_000, [0.9, 0.1])
    parts, truths = split(told, y)
    weighted = {
        fold: Truth(t.y, np.where(t.y == 1, 9.0, 1.0), t.rows) for fold, t in truths.items()
    }
    plain = fit_decision(parts, truths, metrics.MATTHEWS)
    assert fit_decision(parts, weighted, metrics.MATTHEWS) != plain


def test_a_probability_of_0_may_still_be_decided_for() -> None:
    scores = Decision((1e-20, 1.0))(np.array([[1.0, 0.0]]))
    assert scores.argmax() == 1
    assert np.isfinite(scores).all()


def test_candidates_are_compared_at_a_common_decision() -> None:
    metric = BINARY["f1"]
    told, y = rare(3_000, [0.94, 0.06])
    parts, truths = split(told, y)
    other, z = rare(3_000, [0.94, 0.06], seed=1)
    other, _ = split(
        other[np.argsort(z, kind="stable")][np.argsort(np.argsort(y, kind="stable"))], y
    )
    candidates = [
        Candidate(n, "a", p, {f: metric.safe_loss(truths[f].y, p[f]) for f in truths})
        for n, p in enumerate((parts, other))
    ]
    found = with_common_decision(candidates, truths, metric)
    assert found[0].loss(truths) < candidates[0].loss(truths) - 0.02
    for candidate in found:
        assert candidate.losses[0] == metric.safe_loss(truths[0].y, candidate.predictions[0])
    assert with_common_decision(candidates, truths, metrics.ACCURACY) == candidates


def test_the_threshold_of_f1_is_half_of_it() -> None:
    """What is known of true probabilities (Lipton et al., theorem 1)."""
    told, y = rare(40_000, [0.85, 0.15])
    metric = BINARY["f1"]
    found = fit_decision(*split(told, y), metric)
    labels = found(told).argmax(axis=1)
    positives = float((labels & y).sum())
    best = float(f1(np.array([positives]), np.array([y.sum()]), np.array([labels.sum()]))[0])
    assert found.factors[0] / sum(found.factors) == pytest.approx(best / 2, abs=0.05)
