"""How long the fold models of a trial take to predict."""

from __future__ import annotations

from autoskl.ensembles.members import model_references
from autoskl.history.trial_record import TrialRecord

_PREDICTED_ROWS = 10_000
_CALL_SECONDS = 2e-3


def predict_microseconds(record: TrialRecord) -> list[int]:
    """Return the time in which each fold model predicts 10,000 rows."""
    # The least of the folds: what the first prediction of a process has to import, and what others
    # on the machine take, only adds to it, and would cost fold models.
    each = min(
        _seconds_of_many(result.predict_seconds, len(result.rows))
        for result in (record.folds[fold] for fold in record.ok_folds)
    )
    return [int(1e6 * each) for _ in model_references(record)]


def _seconds_of_many(seconds: float, n_rows: int) -> float:
    """Time of predicting a usual number of rows; the call itself is not multiplied by them."""
    call = min(seconds, _CALL_SECONDS)
    return call + (seconds - call) * _PREDICTED_ROWS / n_rows


def seconds_per_row(record: TrialRecord) -> float:
    """Return the mean time in which one fold model predicts a row."""
    results = [record.folds[fold] for fold in record.ok_folds]
    rows = sum(len(result.rows) for result in results)
    return sum(result.predict_seconds for result in results) / max(rows, 1)
