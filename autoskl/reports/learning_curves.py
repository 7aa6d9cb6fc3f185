"""Learning curves: the loss during the training of each model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autoskl.history.history import History
from autoskl.history.learning_curve import epoch_curve
from autoskl.history.trial_record import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("trial", "model", "rows", "epochs", "folds", "status", "unit", "step", "loss")


def learning_curves(history: History) -> pd.DataFrame:
    """Return a row for each point of each learning curve.

    Parameters
    ----------
    history : History

    Returns
    -------
    pandas.DataFrame
        ``loss`` is the mean over the ``folds`` after ``step`` steps. For boosted trees the ``unit``
        of a step is an iteration, the loss is that of the metric, and the points lie around the
        best one. For networks it is an epoch, and the loss is the one that selects the epoch (log
        loss, error rate, or the error of the standardised target). ``rows`` and ``epochs`` are the
        shares given to the trial; the ``status`` is "stopped" if training was stopped early.
    """
    import pandas as pd

    rows = [
        {
            "trial": record.trial.number,
            "model": record.name,
            "rows": record.trial.fidelity.rows,
            "epochs": record.trial.fidelity.epochs,
            "folds": len(record.ok_folds),
            "status": record.status,
            "unit": unit,
            "step": step,
            "loss": loss,
        }
        for record in history.records
        for unit, step, loss in _points(record)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _points(record: TrialRecord) -> Iterator[tuple[str, int, float]]:
    for step, loss in enumerate(epoch_curve(record.folds.values()), 1):
        yield "epoch", step, loss
    curve = record.learning_curve
    if curve is not None:
        for step, loss in zip(curve.iterations, curve.losses, strict=True):
            yield "iteration", step, loss
