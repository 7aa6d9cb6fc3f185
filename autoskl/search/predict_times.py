"""Prediction times of the fold models of a trial."""

from __future__ import annotations

from autoskl.ensembles.members import model_references
from autoskl.history.trial_record import TrialRecord

_N_ROWS = 10_000
_CALL_SECONDS = 2e-3


def predict_microseconds(record: TrialRecord) -> list[int]:
    """Return the time in which each fold model predicts 10,000 rows, in microseconds."""
    # The minimum over the folds: imports in the first prediction of a process, and other load on
    # the machine, only add to the time and would lead to pruning.
    each = min(
        _scaled_seconds(result.predict_seconds, len(result.rows))
        for result in (record.folds[fold] for fold in record.ok_folds)
    )
    return [int(1e6 * each) for _ in model_references(record)]


def _scaled_seconds(seconds: float, n_rows: int) -> float:
    """Return the seconds to predict 10,000 rows, with a constant overhead per call."""
    call = min(seconds, _CALL_SECONDS)
    return call + (seconds - call) * _N_ROWS / n_rows


def seconds_per_row(record: TrialRecord) -> float:
    """Return the mean time in which one fold model predicts a row, in seconds."""
    results = [record.folds[fold] for fold in record.ok_folds]
    rows = sum(len(result.rows) for result in results)
    return sum(result.predict_seconds for result in results) / max(rows, 1)
