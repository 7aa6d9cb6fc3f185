"""The tables that tell of a search, and how long making them takes now."""

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

_LARGEST_SHARE = 0.01
"""Share of the time that measurements may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the user is told of a search.

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


def tables(plan: Plan) -> Tables:
    """Return the tables about what a plan has come to so far."""
    history, metric = plan.history, plan.settings.metric
    return Tables(
        history=history.summary(),
        leaderboard=leaderboard(history, metric, plan.ensembling.weights),
        failures=failures(history),
        cv_results=cv_results(history, metric, plan.folds.n_core),
    )


class TablesTimer:
    """Makes the tables now and then while the search runs, to know how long they take.

    Parameters
    ----------
    clock : Clock

    Attributes
    ----------
    seconds : float
        How long they took the last time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._measured = -math.inf
        self.seconds = 0.0

    def measure(self, plan: Plan) -> None:
        """Measure anew, unless that would take more than its share of the time."""
        start = self._clock()
        if start - self._measured < self.seconds / _LARGEST_SHARE:
            return
        tables(plan)
        self._measured = self._clock()
        self.seconds = self._measured - start
