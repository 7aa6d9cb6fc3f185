from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from autoskl.core import metrics
from autoskl.core.confusion import f1
from autoskl.core.metrics import Metric, fast_metrics
from autoskl.core.task import Task
from autoskl.ensembles import decision
from autoskl.ensembles.candidate import Candidate, HeldOutTarget
from autoskl.ensembles.decision import (
    ARGMAX,
    Decision,
    apply_common_decision,
    fit_decision,
    needs_decision,
)
from autoskl.ensembles.pool import best_candidates

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


def split(probabilities: NDArray, y: NDArray, n_folds: int = 4) -> tuple[dict, dict]:
    parts = np.array_split(np.arange(len(y)), n_folds)
    return (
        {fold: probabilities[rows] for fold, rows in enumerate(parts)},
        {fold: HeldOutTarget(y[rows], None, rows) for fold, rows in enumerate(parts)},
    )


def test_which_metrics_ask_for_rare_classes() -> None:
    asking = {name for name, metric in BINARY.items() if needs_decision(metric)}
    averaged = {
        f"{share}_{average}" for share in ("f1", "jaccard") for average in ("macro", "weighted")
    }
    assert asking == {"balanced_accuracy", "matthews_corrcoef", "f1", "jaccard", *averaged}


@pytest.mark.parametrize("name", ["balanced_accuracy", "f1", "jaccard", "f1_macro"])
def test_two_classes_get_a_threshold_that_holds_for_other_rows(name: str) -> None:
    metric = BINARY[name]
    probabilities, y = rare(3_000, [0.94, 0.06])
    found = fit_decision(*split(probabilities, y), metric)
    others, z = rare(20_000, [0.94, 0.06], seed=1)
    assert metric.loss(z, found(others), None) < metric.loss(z, others, None) - 0.01


def test_balanced_accuracy_takes_the_frequency_as_the_threshold() -> None:
    probabilities, y = rare(20_000, [0.9, 0.1])
    found = fit_decision(*split(probabilities, y), metrics.BALANCED_ACCURACY)
    threshold = found.factors[0] / sum(found.factors)
    assert threshold == pytest.approx(0.1, abs=0.04)


def test_of_more_classes_rare_ones_count_more() -> None:
    metric = metrics.BALANCED_ACCURACY
    probabilities, y = rare(4_000, [0.8, 0.15, 0.05])
    found = fit_decision(*split(probabilities, y), metric)
    assert list(found.factors) == sorted(found.factors)
    others, z = rare(20_000, [0.8, 0.15, 0.05], seed=1)
    assert metric.loss(z, found(others), None) < metric.loss(z, others, None) - 0.03


@pytest.mark.parametrize("metric", [metrics.ACCURACY, metrics.LOG_LOSS, metrics.ROC_AUC])
def test_other_metrics_take_the_likeliest_class(metric: Metric) -> None:
    probabilities, y = rare(3_000, [0.9, 0.1])
    assert fit_decision(*split(probabilities, y), metric) == ARGMAX
    assert ARGMAX(probabilities) is probabilities


def test_few_rows_and_noise_take_the_likeliest_class() -> None:
    probabilities, y = rare(99, [0.9, 0.1])
    assert fit_decision(*split(probabilities, y), metrics.BALANCED_ACCURACY) == ARGMAX
    rng = np.random.default_rng(0)
    y, noise = np.arange(400) % 2, rng.dirichlet([9, 9], 400)
    noise[:, 1] = np.where(y == 1, 0.9, 0.1)
    noise[:, 0] = 1 - noise[:, 1]
    assert fit_decision(*split(noise, y), metrics.BALANCED_ACCURACY) == ARGMAX


def test_row_weights_change_the_decision() -> None:
    probabilities, y = rare(2_000, [0.9, 0.1])
    parts, targets = split(probabilities, y)
    weighted = {
        fold: HeldOutTarget(t.y, np.where(t.y == 1, 9.0, 1.0), t.rows)
        for fold, t in targets.items()
    }
    plain = fit_decision(parts, targets, metrics.MATTHEWS)
    assert fit_decision(parts, weighted, metrics.MATTHEWS) != plain


def test_a_probability_of_0_may_still_be_decided_for() -> None:
    scores = Decision((1e-20, 1.0))(np.array([[1.0, 0.0]]))
    assert scores.argmax() == 1
    assert np.isfinite(scores).all()


def test_candidates_are_compared_at_a_common_decision() -> None:
    metric = BINARY["f1"]
    probabilities, y = rare(3_000, [0.94, 0.06])
    parts, targets = split(probabilities, y)
    other, z = rare(3_000, [0.94, 0.06], seed=1)
    other, _ = split(
        other[np.argsort(z, kind="stable")][np.argsort(np.argsort(y, kind="stable"))], y
    )
    candidates = [
        Candidate(n, "a", p, {f: metric.safe_loss(targets[f].y, p[f]) for f in targets})
        for n, p in enumerate((parts, other))
    ]
    found = apply_common_decision(candidates, targets, metric)
    assert found[0].loss(targets) < candidates[0].loss(targets) - 0.02
    for candidate in found:
        assert candidate.losses[0] == metric.safe_loss(targets[0].y, candidate.predictions[0])
    assert apply_common_decision(candidates, targets, metrics.ACCURACY) == candidates


def by_turns(n_rows: int, period: int) -> tuple[NDArray, NDArray]:
    """Return the true probabilities of two classes, the second one in every nth row."""
    rng = np.random.default_rng(0)
    y = (np.arange(n_rows) % period == 0).astype(int)
    lead = 2.25 * y + 1.5 * rng.normal(size=n_rows) - 1.125 - np.log(period - 1)
    second = 1 / (1 + np.exp(-lead))
    return np.column_stack([1 - second, second]), y


@pytest.mark.parametrize(("n_rows", "period"), [(2_000, 5), (30_000, 2), (30_000, 5)])
def test_classes_that_come_by_turns_get_a_decision(n_rows: int, period: int) -> None:
    """Neither the rows that are drawn nor the parts that test a decision are of one class."""
    metric = metrics.BALANCED_ACCURACY
    probabilities, y = by_turns(n_rows, period)
    modest = probabilities * [2.0, 0.7]
    found = fit_decision({0: modest}, {0: HeldOutTarget(y, None, np.arange(n_rows))}, metric)
    assert metric.loss(y, found(modest), None) < metric.loss(y, modest, None) - 0.04


@pytest.mark.parametrize("seed", [31, 38])
def test_what_is_better_for_a_part_of_the_rows_only_is_not_taken(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "_MAX_CELLS", 900)
    metric, rng = MULTICLASS["f1_macro"], np.random.default_rng(seed)
    frequency = rng.dirichlet([3, 3, 3])
    y = rng.choice(3, 3_000, p=frequency)
    powers = np.exp(np.eye(3)[y] + rng.normal(size=(3_000, 3)) + np.log(frequency))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    found = fit_decision({0: probabilities}, {0: HeldOutTarget(y, None, np.arange(3_000))}, metric)
    assert found == ARGMAX or metric.loss(y, found(probabilities), None) < metric.loss(
        y, probabilities, None
    )


def test_of_many_classes_all_rows_tell_the_frequencies() -> None:
    rng = np.random.default_rng(0)
    n_classes, n_rows = 300, 12_000
    y = np.sort(rng.integers(0, n_classes, n_rows) // rng.integers(1, 9, n_rows))
    logs = rng.normal(size=(n_rows, n_classes)) + np.log(np.bincount(y, minlength=n_classes) + 0.5)
    logs[np.arange(n_rows), y] += 4
    probabilities = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    found = fit_decision(*split(probabilities, y), metrics.BALANCED_ACCURACY)
    # Of 300 rows most classes have none or one.
    expected = (np.bincount(y, minlength=n_classes) + 1.0) ** -1
    assert np.corrcoef(np.log(found.factors), np.log(expected))[0, 1] > 0.999


def many(n_candidates: int) -> tuple[list[Candidate], dict[int, HeldOutTarget]]:
    """Return candidates of float32 that know rare classes more or less well."""
    probabilities, y = rare(600, [0.94, 0.06])
    rng = np.random.default_rng(1)
    candidates = []
    for number in range(n_candidates):
        noisy = probabilities ** rng.uniform(0.5, 1.5) * np.exp(
            rng.normal(size=probabilities.shape) * rng.random()
        )
        parts, targets = split((noisy / noisy.sum(axis=1, keepdims=True)).astype(np.float32), y)
        losses = {f: BINARY["f1"].safe_loss(targets[f].y, parts[f]) for f in targets}
        candidates.append(Candidate(number, str(number % 7), parts, losses))
    return candidates, targets


def test_the_scores_of_those_that_are_compared_are_kept_only() -> None:
    candidates, targets = many(120)
    found = apply_common_decision(candidates, targets, BINARY["f1"])
    every = apply_common_decision(candidates, targets, BINARY["f1"], only=range(120))
    assert [c.number for c in every] == list(range(120))
    assert [c.number for c in found] == [c.number for c in best_candidates(every, 50)]
    assert {p.dtype for c in found for p in c.predictions.values()} == {np.dtype(np.float32)}
    (one,) = apply_common_decision(candidates, targets, BINARY["f1"], only={7})
    np.testing.assert_array_equal(one.predictions[0], every[7].predictions[0])
    assert one.losses == every[7].losses
    assert len(apply_common_decision(candidates, targets, metrics.ACCURACY, only={7})) == 1


def test_the_threshold_of_f1_is_half_of_it() -> None:
    """What is known of true probabilities (Lipton et al., theorem 1)."""
    probabilities, y = rare(40_000, [0.85, 0.15])
    metric = BINARY["f1"]
    found = fit_decision(*split(probabilities, y), metric)
    labels = found(probabilities).argmax(axis=1)
    positives = float((labels & y).sum())
    best = float(f1(np.array([positives]), np.array([y.sum()]), np.array([labels.sum()]))[0])
    assert found.factors[0] / sum(found.factors) == pytest.approx(best / 2, abs=0.05)
