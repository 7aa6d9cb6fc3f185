from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from autoskl.core.metrics import ACCURACY, LOG_LOSS, ROC_AUC
from autoskl.ensembles.adjustment import Adjustment
from autoskl.ensembles.calibration import NO_CALIBRATION, Calibration
from autoskl.ensembles.calibrator import Calibrator
from autoskl.ensembles.candidate import Candidate, HeldOutTarget
from tests.ensembles.test_calibration import drawn, target_of


def modest(number: int = 0, n_rows: int = 2_000) -> tuple[Candidate, dict[int, HeldOutTarget]]:
    probabilities, y = drawn(n_rows, 0.4)
    return Candidate(number, "a", {0: probabilities}, {0: LOG_LOSS.safe_loss(y, probabilities)}), {
        0: target_of(y)
    }


def test_a_candidate_is_calibrated_once_for_the_results_that_it_has() -> None:
    calls = []
    candidate, targets = modest()

    def targets_of_candidate() -> dict[int, HeldOutTarget]:
        calls.append(1)
        return targets

    calibrator = Calibrator(LOG_LOSS)
    found = calibrator.calibrated(candidate, targets_of_candidate)
    assert found.losses[0] < candidate.losses[0] - 0.05
    assert found.losses[0] == pytest.approx(LOG_LOSS.safe_loss(targets[0].y, found.predictions[0]))
    np.testing.assert_allclose(found.predictions[0], calibrator.of(0)(candidate.predictions[0]))
    again = calibrator.calibrated(replace(candidate, cost=2.0), targets_of_candidate)
    assert again.predictions is found.predictions
    assert (again.losses, again.cost) == (found.losses, 2.0)
    assert len(calls) == 1
    other = replace(candidate, losses={0: candidate.losses[0] + 1e-3})
    calibrator.calibrated(other, targets_of_candidate)
    assert len(calls) == 2


def test_other_metrics_leave_candidates_as_they_are() -> None:
    candidate, targets = modest()
    calibrator = Calibrator(ACCURACY)
    assert calibrator.calibrated(candidate, lambda: targets) is candidate
    assert calibrator.of(0) == NO_CALIBRATION


def test_an_earlier_session_knows_the_calibrations() -> None:
    calibrator = Calibrator(LOG_LOSS)
    calibrator.restore({3: asdict(Calibration(0.5)), 4: asdict(Adjustment(2.0))})
    assert calibrator.of(4) == Adjustment(2.0)
    assert calibrator.of(3) == Calibration(0.5)
    candidate, targets = modest(3)
    assert calibrator.calibrated(candidate, lambda: targets).losses[0] < candidate.losses[0]
    assert calibrator.of(3) != Calibration(0.5)


def test_where_the_order_of_rows_counts_it_stays() -> None:
    probabilities, y = drawn(2_000, 0.2)
    probabilities = probabilities[y < 2][:, :2] / probabilities[y < 2][:, :2].sum(
        axis=1, keepdims=True
    )
    targets = {0: target_of(y[y < 2])}
    candidate = Candidate(
        0, "a", {0: probabilities}, {0: ROC_AUC.safe_loss(targets[0].y, probabilities)}
    )
    calibrator = Calibrator(ROC_AUC)
    found = calibrator.calibrated(candidate, lambda: targets)
    assert calibrator.of(0) == Calibration(0.5)
    assert found.losses == candidate.losses
    assert len(np.unique(found.predictions[0][:, 1])) == len(np.unique(probabilities[:, 1]))
