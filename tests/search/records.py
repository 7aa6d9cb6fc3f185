"""Trial records with given losses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial
from autoskl.history.trial_record import TrialRecord


def make_trial(number: int, model: str = "linear", fidelity: Fidelity = FULL, **values) -> Trial:
    named = {f"{model}:{name}": value for name, value in values.items()}
    return Trial(number, Configuration({"model": model, **named}), fidelity, "portfolio")


def make_record(
    number: int,
    losses: Mapping[int, float],
    *,
    model: str = "linear",
    fidelity: Fidelity = FULL,
    failed: tuple[int, ...] = (),
) -> TrialRecord:
    record = TrialRecord(make_trial(number, model, fidelity, key=number))
    for fold, loss in losses.items():
        rows = np.arange(3)
        predictions = np.full((1, 3, 2), 0.5)
        record.add(FoldResult(fold, Status.OK, rows, predictions, losses=(loss,), fit_seconds=0.1))
    for fold in failed:
        record.add(failed_fold(fold, Status.TIMEOUT, "too slow"))
    return record
