"""The history in the layout of scikit-learn's searches."""

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
    """Return a dictionary like ``GridSearchCV.cv_results_``; `pandas.DataFrame` takes it.

    Parameters
    ----------
    history : History
    metric : Metric
    n_splits : int, default=None
        Folds to tell, from 0; by default up to the last that any trial has.

    Returns
    -------
    dict
        Trials with results, in the order in which they were asked. Folds that a trial did not run
        or that failed are NaN; means and deviations are over the others, and trials without any
        share the last rank.
    """
    records = [record for record in history.records if record.folds]
    if n_splits is None:
        n_splits = max((1 + max(record.folds) for record in records), default=0)
    scores = np.empty((len(records), n_splits))
    for i, record in enumerate(records):
        scores[i] = _scores(record, metric, n_splits)
    results: dict[str, Any] = {
        **_moments("fit_time", _times(records, lambda result: result.fit_seconds)),
        **_moments("score_time", _times(records, lambda result: result.predict_seconds)),
        **_parameters(records),
        "params": [dict(record.trial.configuration) for record in records],
        **{f"split{fold}_test_score": scores[:, fold] for fold in range(n_splits)},
        **_moments("test_score", list(scores)),
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


def _moments(name: str, rows: Sequence[Any]) -> dict[str, NDArray[np.float64]]:
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
