"""Trials as a table, best first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from autoskl.history.history import History
from autoskl.history.ranking import placed
from autoskl.history.trial_record import TrialRecord

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "rank", "model", "score", "score_std", "folds", "rows", "epochs", "fit_seconds",
    "predict_seconds", "ensemble_weight", "trial", "origin", "status", "configuration",
)  # fmt: skip


class HasScore(Protocol):
    """A metric, or what is known of it."""

    def score(self, loss: float) -> float:
        """Return a loss in scikit-learn's sign."""


def leaderboard(
    history: History, metric: HasScore, weights: Mapping[int, float] | None = None
) -> pd.DataFrame:
    """Return one row for each trial that has results.

    Parameters
    ----------
    history : History
    metric : Metric or other object with its `score`
    weights : mapping of int to float, default=None
        Weight in the ensemble by number of trial.

    Returns
    -------
    pandas.DataFrame
        ``score`` is the mean over the folds done, in scikit-learn's sign, ``score_std`` their
        standard deviation, ``rows`` and ``epochs`` the share of the training rows and of the
        epochs, and the seconds are sums over the folds. Trials are ranked by what they do on the
        folds that they share with the best of the complete ones, so that an easy fold lifts no one;
        trials without a score come last.
    """
    import pandas as pd

    weights = weights or {}
    pairs = placed(record for record in history.records if record.folds)
    rows = [_row(record, metric, weights.get(record.trial.number, 0.0)) for record, _ in pairs]
    levels = np.array([level for _, level in pairs])
    # As many are better as stand before the first of the same level.
    for row, n_better in zip(rows, np.searchsorted(levels, levels).tolist(), strict=True):
        row["rank"] = 1 + n_better
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(record: TrialRecord, metric: HasScore, weight: float) -> dict[str, Any]:
    losses = list(record.fold_losses().values())
    defined = bool(losses) and all(map(math.isfinite, losses))
    results = record.folds.values()
    return {
        "model": record.name,
        "score": metric.score(record.loss()) if defined else math.nan,
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
