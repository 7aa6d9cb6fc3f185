from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.metrics import ACCURACY, BALANCED_ACCURACY, LOG_LOSS, ROC_AUC, Metric
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.ensembles.calibration import Calibration, fit_calibration
from autoskl.ensembles.candidate import Candidate
from autoskl.ensembles.decision import Decision, fit_decision
from autoskl.ensembles.post_processing import (
    NO_POST_PROCESSING,
    PostProcessing,
    post_processed_loss,
    post_processing_of,
)
from tests.ensembles.test_calibration import target_of
from tests.ensembles.test_decision import rare

D2 = resolve_scoring("d2_log_loss_score", Task.BINARY, np.arange(2))


def test_the_metric_says_what_is_done() -> None:
    probabilities, y = rare(3_000, [0.94, 0.06])
    probabilities = probabilities**0.6 / (probabilities**0.6).sum(axis=1, keepdims=True)
    other = np.full_like(probabilities, 0.5)
    candidates = [Candidate(n, "a", {0: p}, {0: 0.0}) for n, p in enumerate((probabilities, other))]
    targets, weights = {0: target_of(y)}, {0: 1.0}
    found = post_processing_of(candidates, weights, targets, LOG_LOSS)
    assert found == PostProcessing(calibration=fit_calibration({0: probabilities}, targets))
    assert found != NO_POST_PROCESSING
    loss = post_processed_loss(candidates, weights, targets, LOG_LOSS, found)
    assert loss == LOG_LOSS.safe_loss(y, found.calibration(probabilities))
    found = post_processing_of(candidates, weights, targets, BALANCED_ACCURACY)
    calibration = fit_calibration({0: probabilities}, targets)
    decision = fit_decision({0: calibration(probabilities)}, targets, BALANCED_ACCURACY)
    assert found == PostProcessing(calibration, decision)
    assert decision != NO_POST_PROCESSING.decision
    assert post_processing_of(candidates, weights, targets, ACCURACY) == PostProcessing(calibration)
    assert post_processing_of(candidates, weights, targets, D2) == NO_POST_PROCESSING


def test_a_calibration_leaves_the_order_of_rows_as_it_is() -> None:
    probabilities, y = rare(3_000, [0.5, 0.5])
    probabilities = probabilities**0.2 / (probabilities**0.2).sum(axis=1, keepdims=True)
    candidates, targets = [Candidate(0, "a", {0: probabilities}, {0: 0.0})], {0: target_of(y)}
    found = post_processing_of(candidates, {0: 1.0}, targets, ROC_AUC)
    assert found == PostProcessing(Calibration(0.5))
    assert LOG_LOSS.safe_loss(y, found(probabilities)) < LOG_LOSS.safe_loss(y, probabilities) - 0.01
    assert ROC_AUC.safe_loss(y, found(probabilities)) == ROC_AUC.safe_loss(y, probabilities)


def test_calibration_comes_before_the_decision() -> None:
    probabilities = np.array([[0.7, 0.3]])
    post_processing = PostProcessing(Calibration(0.5), Decision((1.0, 4.0)))
    expected = np.array([[0.49, 4 * 0.09]])
    assert post_processing(probabilities) == pytest.approx(expected / expected.sum())


@pytest.mark.parametrize("metric", [LOG_LOSS, BALANCED_ACCURACY, ROC_AUC])
def test_where_no_fold_is_scored_nothing_is_done(metric: Metric) -> None:
    candidates = [Candidate(0, "a", {}, {})]
    assert post_processing_of(candidates, {0: 1.0}, {}, metric) == NO_POST_PROCESSING
    assert post_processed_loss(candidates, {0: 1.0}, {}, metric, NO_POST_PROCESSING) == np.inf
