"""The incumbent, the best trial so far, over time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from autoskl.history.history import History
from autoskl.history.ranking import rank_trials
from autoskl.history.trial_record import TrialRecord
from autoskl.optimizers.observation import Observation

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("result", "seconds", "trial", "model", "folds", "rows", "loss")
"""Columns for an estimator."""

OPTIMIZER_COLUMNS = ("result", "seconds", "cost", "trial", "fidelity", "loss")
"""Columns for an optimizer that was used without an estimator."""


def incumbent(history: History | Iterable[Observation]) -> pd.DataFrame:
    """Return a row for each change of the best trial, or of the number of its folds.

    Parameters
    ----------
    history : History or iterable of Observation
        ``history_`` of an estimator, or ``observations`` of an optimizer.

    Returns
    -------
    pandas.DataFrame
        Empty without results. For a history, ``result`` counts the fold results so far and
        ``seconds`` sums their time over all workers; ``rows`` is the share of the rows, and
        ``loss`` the mean over the ``folds`` that the trial had at that point. Trials on more rows
        are preferred to those on fewer.

        For observations, ``result`` counts them in their order, failed ones included; ``seconds``
        sums their durations, unknown ones as 0, and ``cost`` their fidelities, so that a trial at
        the full fidelity costs 1. The ``fidelity`` is the product of the shares of rows, epochs and
        folds; trials at a higher one are preferred.
    """
    import pandas as pd

    if isinstance(history, History):
        return pd.DataFrame(_of_history(history), columns=list(COLUMNS))
    return pd.DataFrame(_of_observations(history), columns=list(OPTIMIZER_COLUMNS))


def _of_history(history: History) -> Iterator[tuple[object, ...]]:
    # Trials as they were known at that point.
    records: dict[int, TrialRecord] = {}
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
        yield (
            count, seconds, best.trial.number, best.name, len(best.ok_folds),
            best.trial.fidelity.rows, best.loss(best.ok_folds),
        )  # fmt: skip


def _of_observations(observations: Iterable[Observation]) -> Iterator[tuple[object, ...]]:
    best = (0.0, math.inf)  # the negative fidelity and the loss
    seconds = cost = 0.0
    for count, observation in enumerate(observations, 1):
        shares = observation.trial.fidelity
        fidelity = shares.rows * shares.epochs * shares.folds
        seconds += observation.seconds
        cost += fidelity
        if math.isfinite(observation.loss) and (-fidelity, observation.loss) < best:
            best = (-fidelity, observation.loss)
            number = observation.trial.number
            yield count, seconds, cost, number, fidelity, observation.loss


def _best(records: Iterable[TrialRecord]) -> TrialRecord | None:
    usable = [r for r in records if r.ok_folds and math.isfinite(r.loss(r.ok_folds))]
    max_rows = max((record.trial.fidelity.rows for record in usable), default=0.0)
    leaders = rank_trials(record for record in usable if record.trial.fidelity.rows == max_rows)
    return leaders[0] if leaders else None
