"""The incumbent, the best trial so far, over time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from autoskl.history.history import History
from autoskl.history.ranking import rank_trials
from autoskl.history.trial_record import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("result", "seconds", "trial", "model", "folds", "rows", "loss")


def incumbent(history: History) -> pd.DataFrame:
    """Return a row for each change of the best trial, or of the number of its folds.

    Parameters
    ----------
    history : History

    Returns
    -------
    pandas.DataFrame
        ``result`` counts the fold results so far and ``seconds`` sums their time over all workers;
        ``rows`` is the share of the rows, and ``loss`` the mean over the ``folds`` that the trial
        had at that point. Trials on more rows are preferred to those on fewer. Empty without
        results.
    """
    import pandas as pd

    # Trials as they were known at that point.
    records: dict[int, TrialRecord] = {}
    rows: list[dict[str, object]] = []
    last: tuple[int, int] | None = None
    seconds = 0.0
    for count, (record, result) in enumerate(history.results, 1):
        seconds += result.fit_seconds + result.predict_seconds
        number = record.trial.number
        if number not in records:
            records[number] = TrialRecord(record.trial, record.name, history.undefined_folds)
        records[number].add(result)
        best = _best(records.values())
        if best is None or last == (best.trial.number, len(best.ok_folds)):
            continue
        last = (best.trial.number, len(best.ok_folds))
        values = (
            count, seconds, best.trial.number, best.name, len(best.ok_folds),
            best.trial.fidelity.rows, best.loss(best.ok_folds),
        )  # fmt: skip
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _best(records: Iterable[TrialRecord]) -> TrialRecord | None:
    usable = [r for r in records if r.ok_folds and math.isfinite(r.loss(r.ok_folds))]
    max_rows = max((record.trial.fidelity.rows for record in usable), default=0.0)
    leaders = rank_trials(record for record in usable if record.trial.fidelity.rows == max_rows)
    return leaders[0] if leaders else None
