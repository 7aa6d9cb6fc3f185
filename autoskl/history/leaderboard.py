"""Trials as a table, best first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autoskl.history.history import History
from autoskl.history.ranking import rank_with_losses
from autoskl.history.trial_record import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "rank", "model", "score", "score_std", "folds", "rows", "epochs", "fit_seconds",
    "predict_seconds", "ensemble_weight", "trial", "origin", "status", "configuration",
)  # fmt: skip


def leaderboard(
    history: History, score: Callable[[float], float], weights: Mapping[int, float] | None = None
) -> pd.DataFrame:
    """Return one row for each trial that has results.

    Parameters
    ----------
    history : History
    score : callable
        Converts a loss into a score in scikit-learn's sign, such as `Metric.score`.
    weights : mapping of int to float, default=None
        Weight in the ensemble by trial number.

    Returns
    -------
    pandas.DataFrame
        ``score`` is the mean over the completed folds and ``score_std`` their standard deviation;
        ``rows`` and ``epochs`` are the share of the training rows and of the epochs, and the
        seconds are sums over the folds. Trials are ranked on the folds that they share with the
        best complete trial, so that an easy fold gives no advantage; trials without a score come
        last.
    """
    import pandas as pd

    weights = weights or {}
    ranking = rank_with_losses(record for record in history.records if record.folds)
    rows = [_row(record, score, weights.get(record.trial.number, 0.0)) for record, _ in ranking]
    losses = np.array([loss for _, loss in ranking])
    # Equal losses share the rank of the first of them.
    for row, n_better in zip(rows, np.searchsorted(losses, losses).tolist(), strict=True):
        row["rank"] = 1 + n_better
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(record: TrialRecord, score: Callable[[float], float], weight: float) -> dict[str, Any]:
    losses = list(record.fold_losses().values())
    defined = bool(losses) and all(map(math.isfinite, losses))
    results = record.folds.values()
    return {
        "model": record.name,
        "score": score(record.loss()) if defined else math.nan,
        "score_std": float(np.std(losses)) if defined else math.nan,
        "folds": len(losses),
        "rows": record.trial.fidelity.rows,
        "epochs": record.trial.fidelity.epochs,
        "fit_seconds": sum(result.fit_seconds for result in results),
        "predict_seconds": sum(result.predict_seconds for result in results),
        "ensemble_weight": weight,
        "trial": record.trial.number,
        "origin": record.trial.origin,
        "status": record.status,
        "configuration": dict(record.trial.configuration),
    }
