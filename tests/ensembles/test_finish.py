from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.metrics import ACCURACY, BALANCED_ACCURACY, LOG_LOSS, ROC_AUC
from autoskl.ensembles.calibration import Calibration, fit_calibration
from autoskl.ensembles.candidate import Candidate
from autoskl.ensembles.decision import Decision, fit_decision
from autoskl.ensembles.finish import NO_FINISH, Finish, finish_of, finished_loss
from tests.ensembles.test_calibration import truth
from tests.ensembles.test_decision import rare


def test_the_metric_says_what_is_done() -> None:
    told, y = rare(3_000, [0.94, 0.06])
    told = told**0.6 / (told**0.6).sum(axis=1, keepdims=True)
    other = np.full_like(told, 0.5)
    candidates = [Candidate(n, "a", {0: p}, {0: 0.0}) for n, p in enumerate((told, other))]
    truths, weights = {0: truth(y)}, {0: 1.0}
    found = finish_of(candidates, weights, truths, LOG_LOSS)
    assert found == Finish(calibration=fit_calibration({0: told}, truths))
    assert found != NO_FINISH
    loss = finished_loss(candidates, weights, truths, LOG_LOSS, found)
    assert loss == LOG_LOSS.safe_loss(y, found.calibration(told))
    found = finish_of(candidates, weights, truths, BALANCED_ACCURACY)
    assert found == Finish(decision=fit_decision({0: told}, truths, BALANCED_ACCURACY))
    assert found != NO_FINISH
    for metric in (ROC_AUC, ACCURACY):
        assert finish_of(candidates, weights, truths, metric) == NO_FINISH


def test_calibration_comes_before_the_decision() -> None:
    told = np.array([[0.7, 0.3]])
    finish = Finish(Calibration(0.5), Decision((1.0, 4.0)))
    expected = np.array([[0.49, 4 * 0.09]])
    assert finish(told) == pytest.approx(expected / expected.sum())
