"""What went wrong, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoskl.history.history import History

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("trial", "model", "fold", "status", "reason", "fit_seconds", "configuration")


def failures(history: History) -> pd.DataFrame:
    """Return one row for each fold that gave no predictions, in the order of effect.

    Parameters
    ----------
    history : History

    Returns
    -------
    pandas.DataFrame
        With the status and, in ``reason``, words that a user understands.
    """
    import pandas as pd

    rows = [
        {
            "trial": record.trial.number,
            "model": record.name,
            "fold": result.fold,
            "status": str(result.status),
            "reason": result.reason,
            "fit_seconds": result.fit_seconds,
            "configuration": dict(record.trial.configuration),
        }
        for record, result in history.failures
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
