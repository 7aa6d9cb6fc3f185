"""The history in the layout of ``GridSearchCV.cv_results_``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.metrics import Metric
from autoskl.core.result import FoldResult
from autoskl.history.history import History
from autoskl.history.trial_record import TrialRecord


def cv_results(history: History, metric: Metric, n_splits: int | None = None) -> dict[str, Any]:
    """Return a dictionary like ``GridSearchCV.cv_results_``, from which a data frame can be made.

    Parameters
    ----------
    history : History
    metric : Metric
    n_splits : int, default=None
        Number of folds to report, from fold 0; by default up to the last one any trial has.

    Returns
    -------
    dict
        Trials with results, in the order in which they were asked. Folds that a trial did not run
        or that failed are NaN; means and standard deviations are over the others, and trials
        without any score share the last rank.
    """
    records = [record for record in history.records if record.folds]
    if n_splits is None:
        n_splits = max((1 + max(record.folds) for record in records), default=0)
    scores = np.empty((len(records), n_splits))
    for i, record in enumerate(records):
        scores[i] = _scores(record, metric, n_splits)
    results: dict[str, Any] = {
        **_mean_and_std("fit_time", _times(records, lambda result: result.fit_seconds)),
        **_mean_and_std("score_time", _times(records, lambda result: result.predict_seconds)),
        **_parameters(records),
        "params": [dict(record.trial.configuration) for record in records],
        **{f"split{fold}_test_score": scores[:, fold] for fold in range(n_splits)},
        **_mean_and_std("test_score", list(scores)),
    }
    results["rank_test_score"] = _ranks(results["mean_test_score"])
    return results


def _scores(record: TrialRecord, metric: Metric, n_splits: int) -> list[float]:
    losses = record.fold_losses()
    known = [losses.get(fold, math.nan) for fold in range(n_splits)]
    return [metric.score(loss) if math.isfinite(loss) else math.nan for loss in known]


def _times(
    records: Sequence[TrialRecord], seconds: Callable[[FoldResult], float]
) -> list[list[float]]:
    return [[seconds(result) for result in record.folds.values()] for record in records]


def _mean_and_std(name: str, rows: Sequence[Any]) -> dict[str, NDArray[np.float64]]:
    known = [np.asarray(row)[~np.isnan(row)] for row in rows]
    return {
        f"mean_{name}": np.array([row.mean() if len(row) else math.nan for row in known]),
        f"std_{name}": np.array([row.std() if len(row) else math.nan for row in known]),
    }


def _parameters(records: Sequence[TrialRecord]) -> dict[str, np.ma.MaskedArray[Any, Any]]:
    names = dict.fromkeys(name for record in records for name in record.trial.configuration)
    columns = {}
    for name in names:
        column: np.ma.MaskedArray[Any, Any] = np.ma.MaskedArray(
            np.empty(len(records), dtype=object), mask=True
        )
        for i, record in enumerate(records):
            if name in record.trial.configuration:
                column[i] = record.trial.configuration[name]
        columns[f"param_{name}"] = column
    return columns


def _ranks(means: NDArray[np.float64]) -> NDArray[np.int32]:
    losses = np.where(np.isnan(means), np.inf, -means)
    return (1 + np.searchsorted(np.sort(losses), losses)).astype(np.int32)
