"""The best trial, as it changed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autoskl.history.history import History
from autoskl.history.ranking import ranked
from autoskl.history.trial_record import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("result", "seconds", "trial", "model", "folds", "rows", "loss")


def incumbent(history: History) -> pd.DataFrame:
    """Return a row for each moment at which another trial became the best, or got better known.

    Parameters
    ----------
    history : History

    Returns
    -------
    pandas.DataFrame
        ``result`` counts the results of folds until then, ``seconds`` is what they took together
        (on all workers), ``rows`` the share of the rows, and ``loss`` the mean over the ``folds``
        that the trial had then. Trials on more rows are preferred to those on fewer. Without a
        result the table is empty.
    """
    import pandas as pd

    seen: dict[int, TrialRecord] = {}
    rows: list[dict[str, object]] = []
    last: tuple[int, int] | None = None
    seconds = 0.0
    for count, (record, result) in enumerate(history.results, 1):
        seconds += result.fit_seconds + result.predict_seconds
        number = record.trial.number
        seen.setdefault(number, TrialRecord(record.trial, record.name)).add(result)
        best = _best(seen)
        if best is None or last == (best.trial.number, len(best.ok_folds)):
            continue
        last = (best.trial.number, len(best.ok_folds))
        values = (
            count, seconds, best.trial.number, best.name, len(best.ok_folds),
            best.trial.fidelity.rows, best.loss(best.ok_folds),
        )  # fmt: skip
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _best(seen: dict[int, TrialRecord]) -> TrialRecord | None:
    usable = [r for r in seen.values() if r.ok_folds and math.isfinite(r.loss(r.ok_folds))]
    most_rows = max((record.trial.fidelity.rows for record in usable), default=0.0)
    leaders = ranked(record for record in usable if record.trial.fidelity.rows == most_rows)
    return leaders[0] if leaders else None
