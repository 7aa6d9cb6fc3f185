"""The tables that describe a search, and the time that it takes to make them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autoskl.core.clock import Clock
from autoskl.history.cv_results import cv_results
from autoskl.history.failures import failures
from autoskl.history.history import History
from autoskl.history.leaderboard import leaderboard

if TYPE_CHECKING:
    import pandas as pd

    from autoskl.search.plan import Plan

_MAX_SHARE = 0.01
"""Share of the time that measurements may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTables:
    """Tables that describe a search.

    Attributes
    ----------
    history : History
        Numbers only.
    leaderboard, failures : DataFrame
    cv_results : dict
    """

    history: History
    leaderboard: pd.DataFrame
    failures: pd.DataFrame
    cv_results: dict[str, Any]


def make_result_tables(plan: Plan) -> ResultTables:
    """Return the tables for the current state of a search."""
    history, metric = plan.history, plan.settings.metric
    return ResultTables(
        history=history.summary(),
        leaderboard=leaderboard(history, metric.score, plan.ensembling.weights),
        failures=failures(history),
        cv_results=cv_results(history, metric, plan.folds.n_core),
    )


class TablesTimer:
    """Measures from time to time during the search how long the tables take to make.

    Parameters
    ----------
    clock : Clock

    Attributes
    ----------
    seconds : float
        The last measurement.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._measured = -math.inf
        self.seconds = 0.0

    def measure(self, plan: Plan) -> None:
        """Measure again, unless that would exceed its share of the time."""
        start = self._clock()
        if start - self._measured < self.seconds / _MAX_SHARE:
            return
        make_result_tables(plan)
        self._measured = self._clock()
        self.seconds = self._measured - start
