"""The result of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autoskl.ensembles.weighted_ensemble import WeightedEnsemble
from autoskl.history.history import History
from autoskl.space.space import Space

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Everything that a fitted estimator stores.

    Attributes
    ----------
    ensemble : WeightedEnsemble
    score : float
        Cross-fitted score of the ensemble, in scikit-learn's sign.
    history : History
        Numbers only.
    leaderboard, failures : DataFrame
    cv_results : dict
    failure_summary : str
        Numbers of failed fits by status, with their families.
    n_outputs : int
        Columns of a prediction.
    space : Space
        The space that was searched.
    """

    ensemble: WeightedEnsemble
    score: float
    history: History
    leaderboard: pd.DataFrame
    failures: pd.DataFrame
    cv_results: dict[str, Any]
    failure_summary: str
    n_outputs: int
    space: Space
